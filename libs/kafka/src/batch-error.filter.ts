import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands a batch handler's error to the transport as it is: `@UseFilters(BatchErrorFilter)` on the controller. Without
 * it Nest's own filter logs the error and replaces it by `{status: 'error', message: 'Internal server error'}`.
 */
@Catch()
export class BatchErrorFilter implements RpcExceptionFilter {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}
