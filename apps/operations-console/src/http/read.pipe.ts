import type { PipeTransform } from '@nestjs/common';

/** A part of a request through a function that reads it; what the function throws is the answer. */
export class ReadPipe<Value> implements PipeTransform<unknown, Value> {
  constructor(private readonly read: (given: unknown) => Value) {}

  transform(given: unknown): Value {
    return this.read(given);
  }
}
