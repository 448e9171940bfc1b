/** Where the demo's customers are: for each market what its companies, streets and people are called. */
export interface Market {
  country: string;
  culture: string;
  language: string;
  phoneNumber: string;
  /** Where Partner Center asks for one. */
  registrationNumber?: string;
  /** City, postal code, street, and the state where addresses have one. */
  places: [city: string, postalCode: string, street: string, state?: string][];
  companies: string[];
  people: [firstName: string, lastName: string][];
}

export const MARKETS: Market[] = [
  {
    country: 'US',
    culture: 'en-US',
    language: 'en',
    phoneNumber: '7165550100',
    places: [
      ['Buffalo', '14203', '123 Main Street', 'NY'],
      ['Portland', '97205', '480 SW Alder Street', 'OR'],
      ['Austin', '78701', '900 Congress Avenue', 'TX'],
    ],
    companies: ['North Bakery', 'Harbor Freight Lines', 'Cedar Dental', 'Prairie Solar'],
    people: [
      ['Gena', 'Ray'],
      ['Marcus', 'Hill'],
    ],
  },
  {
    country: 'GB',
    culture: 'en-GB',
    language: 'en',
    phoneNumber: '02079460123',
    places: [
      ['London', 'SW1A 1AA', '14 Dean Street'],
      ['Leeds', 'LS1 4AP', '3 Park Row'],
    ],
    companies: ['Thistle Tea Company', 'Moorland Surveyors', 'Kingfisher Books'],
    people: [
      ['Harriet', 'Cole'],
      ['Owen', 'Pritchard'],
    ],
  },
  {
    country: 'DE',
    culture: 'de-DE',
    language: 'de',
    phoneNumber: '03022610123',
    places: [
      ['Berlin', '10115', 'Chausseestraße 12'],
      ['München', '80331', 'Sendlinger Straße 8'],
    ],
    companies: ['Müller Maschinenbau', 'Bäckerei Krüger', 'Nordlicht Optik'],
    people: [
      ['Jörg', 'Weiß'],
      ['Anke', 'Schröder'],
    ],
  },
  {
    country: 'FR',
    culture: 'fr-FR',
    language: 'fr',
    phoneNumber: '0140200123',
    places: [
      ['Paris', '75011', '18 rue de Charonne'],
      ['Lyon', '69002', '5 place des Célestins'],
    ],
    companies: ['Boulangerie des Forêts', "L'Atelier Numérique", 'Pêcheries du Léman'],
    people: [
      ['Élodie', 'Lefèvre'],
      ['Benoît', 'Garçon'],
    ],
  },
  {
    country: 'NL',
    culture: 'nl-NL',
    language: 'nl',
    phoneNumber: '0205550123',
    places: [
      ['Amsterdam', '1012 JS', 'Damrak 70'],
      ['Utrecht', '3511 LX', 'Oudegracht 112'],
    ],
    companies: ['Bloemenhuis Van Dijk', 'Fietsfabriek Utrecht'],
    people: [
      ['Sanne', 'de Vries'],
      ['Daan', 'van den Berg'],
    ],
  },
  {
    country: 'ES',
    culture: 'es-ES',
    language: 'es',
    phoneNumber: '915550123',
    places: [
      ['Madrid', '28013', 'Calle Mayor 21'],
      ['Cádiz', '11005', 'Plaza de España 4'],
    ],
    companies: ['Panadería Núñez', 'Viñedos del Sur'],
    people: [
      ['Begoña', 'Ibáñez'],
      ['Íñigo', 'Muñoz'],
    ],
  },
  {
    country: 'IT',
    culture: 'it-IT',
    language: 'it',
    phoneNumber: '0255550123',
    places: [
      ['Milano', '20121', 'Via Brera 9'],
      ['Torino', '10122', 'Via Garibaldi 31'],
    ],
    companies: ['Caffè Perù', 'Officine Bianchi'],
    people: [
      ['Nicolò', 'Ferrari'],
      ['Giulia', 'Greco'],
    ],
  },
  {
    country: 'JP',
    culture: 'ja-JP',
    language: 'ja',
    phoneNumber: '0355550123',
    places: [
      ['千代田区', '100-0005', '丸の内1丁目9番1号', '東京都'],
      ['大阪市', '530-0001', '北区梅田3丁目1番3号', '大阪府'],
    ],
    companies: ['さくら製菓株式会社', '北斗精密株式会社'],
    people: [
      ['陽子', '田中'],
      ['健太', '鈴木'],
    ],
  },
  {
    country: 'BR',
    culture: 'pt-BR',
    language: 'pt',
    phoneNumber: '1155550123',
    registrationNumber: '12.345.678/0001-95',
    places: [
      ['São Paulo', '01310-100', 'Avenida Paulista 1000', 'SP'],
      ['Curitiba', '80010-010', 'Rua XV de Novembro 300', 'PR'],
    ],
    companies: ['Padaria Pão de Açúcar', 'Construções Araújo'],
    people: [
      ['João', 'Conceição'],
      ['Luíza', 'Magalhães'],
    ],
  },
  {
    country: 'IN',
    culture: 'hi-IN',
    language: 'hi',
    phoneNumber: '02255550123',
    registrationNumber: 'AAACB1234C',
    places: [
      ['मुंबई', '400001', 'महात्मा गांधी मार्ग 12', 'महाराष्ट्र'],
      ['Bengaluru', '560001', '24 Residency Road', 'Karnataka'],
    ],
    companies: ['Lotus Textiles', 'हिमालय औषधि'],
    people: [
      ['अनिता', 'शर्मा'],
      ['Ravi', 'Menon'],
    ],
  },
  {
    country: 'PL',
    culture: 'pl-PL',
    language: 'pl',
    phoneNumber: '225550123',
    registrationNumber: '5252248481',
    places: [['Łódź', '90-001', 'Piotrkowska 80']],
    companies: ['Piekarnia Złoty Kłos', 'Żegluga Śródlądowa'],
    people: [['Małgorzata', 'Dąbrowska']],
  },
  {
    country: 'CH',
    culture: 'fr-CH',
    language: 'fr',
    phoneNumber: '0225550123',
    places: [['Genève', '1204', 'Rue du Rhône 42']],
    companies: ['Horlogerie Bösch', 'Fromagerie du Léman'],
    people: [['Noémie', 'Rüegg']],
  },
];
