type Text = string | null | undefined;

/** An address as an event carries it: any member may be absent, null or badly cased. */
export interface AddressShape {
  country: string;
  region?: Text;
  city?: Text;
  state?: Text;
  district?: Text;
  addressLine1: string;
  addressLine2?: Text;
  addressLine3?: Text;
  postalCode?: Text;
  firstName?: Text;
  lastName?: Text;
  middleName?: Text;
  emailAddress?: Text;
  phoneNumber?: Text;
}

/** The data of a CustomerRequested, as far as a create call needs them (contract 2). Unknown members are ignored. */
export interface CustomerDataShape {
  companyProfile: {
    domain: string;
    companyName?: Text;
    organizationRegistrationNumber?: Text;
  };
  billingProfile: {
    email: string;
    culture: string;
    language: string;
    companyName: string;
    firstName?: Text;
    lastName?: Text;
    defaultAddress: AddressShape;
  };
  associatedPartnerId?: Text;
}

/** The body of `POST /v1/customers`: camelCase, nothing null, normalised (reference 1.5, 8.3). */
export interface CreateCustomerBody {
  companyProfile: {
    domain: string;
    companyName?: string;
    organizationRegistrationNumber?: string;
    attributes: { objectType: 'CustomerCompanyProfile' };
  };
  billingProfile: {
    email: string;
    culture: string;
    language: string;
    companyName: string;
    firstName?: string;
    lastName?: string;
    defaultAddress: CreateAddress;
    attributes: { objectType: 'CustomerBillingProfile' };
  };
  associatedPartnerId?: string;
  attributes: { objectType: 'Customer' };
}

export interface CreateAddress {
  country: string;
  region?: string;
  city?: string;
  state?: string;
  district?: string;
  addressLine1: string;
  addressLine2?: string;
  addressLine3?: string;
  postalCode?: string;
  firstName?: string;
  lastName?: string;
  middleName?: string;
  emailAddress?: string;
  phoneNumber?: string;
}
