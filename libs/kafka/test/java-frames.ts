/**
 * What Kafka's Java client 4.1.1 (`Compression.of(name).build().wrapForOutput(…, 2)`) writes for {@link javaText}:
 * 4000 lines with lz4 (two 64 KiB blocks), 1500 lines with snappy (two 32 KiB blocks in the stream format).
 */
export function javaText(lines: number): Buffer {
  return Buffer.from(Array.from({ length: lines }, (_, i) => `line ${i % 97} of an onboarding\n`).join(''));
}

export const javaLz4 = fromBase64([
  'BCJNGGBAgiMDAADxCWxpbmUgMCBvZiBhbiBvbmJvYXJkaW5nChgAHzEYAAQfMhgABB8zGAAEHzQYAAQfNRgABB82GAAEHzcYAAQfOBgABB85GA',
  'AEHzHxAAYP8gAFHzHzAAUfMfQABR8x9QAFHzH2AAUfMfcABR8x+AAFHzH5AAUfMfoABR8y+gAFHzL6AAUfMvoABR8y+gAFHzL6AAUfMvoABR8y',
  '+gAFHzL6AAUfMvoABR8y+gAFHzP6AAUfM/oABR8z+gAFHzP6AAUfM/oABR8z+gAFHzP6AAUfM/oABR8z+gAFHzP6AAUfNPoABR80+gAFHzT6AA',
  'UfNPoABR80+gAFHzT6AAUfNPoABR80+gAFHzT6AAUfNPoABR81+gAFHzX6AAUfNfoABR81+gAFHzX6AAUfNfoABR81+gAFHzX6AAUfNfoABR81',
  '+gAFHzb6AAUfNvoABR82+gAFHzb6AAUfNvoABR82+gAFHzb6AAUfNvoABR82+gAFHzb6AAUfN/oABR83+gAFHzf6AAUfN/oABR83+gAFHzf6AA',
  'UfN/oABR83+gAFHzf6AAUfN/oABR84+gAFHzj6AAUfOPoABR84+gAFHzj6AAUfOPoABR84+gAFHzj6AAUfOPoABR84+gAFHzn6AAUfOfoABR85',
  '+gAFHzn6AAUfOfoABR85+gAFHzn6AAUPrgAFD60ABQ+sAAUPqwAFD6oABQ+pAAUPqAAFD6EBBg9XCQQPnwEFD28J//////////////////////',
  '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
  '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
  '//////////////////////////////////////////////////////////////////////////////////////elBhbiBvbncCAAD7CmJvYXJk',
  'aW5nCmxpbmUgMTQgb2YgYW4gb24ZAB81GQAFHzYZAAUfNxkABR84GQAFHzkZAAQvMjAZAAUfMRkABR8yGQAFHzMZAAUP+gAFHzL6AAUfMvoABR',
  '8y+gAFHzL6AAUfMvoABR8z+gAFHzP6AAUfM/oABR8z+gAFHzP6AAUfM/oABR8z+gAFHzP6AAUfM/oABR8z+gAFHzT6AAUfNPoABR80+gAFHzT6',
  'AAUfNPoABR80+gAFHzT6AAUfNPoABR80+gAFHzT6AAUfNfoABR81+gAFHzX6AAUfNfoABR81+gAFHzX6AAUfNfoABR81+gAFHzX6AAUfNfoABR',
  '82+gAFHzb6AAUfNvoABR82+gAFHzb6AAUfNvoABR82+gAFHzb6AAUfNvoABR82+gAFHzf6AAUfN/oABR83+gAFHzf6AAUfN/oABR83+gAFHzf6',
  'AAUfN/oABR83+gAFHzf6AAUfOPoABR84+gAFHzj6AAUfOPoABR84+gAFHzj6AAUfOPoABR84+gAFHzj6AAUfOPoABR85+gAFHzn6AAUfOfoABR',
  '85+gAFHzn6AAUfOfoABR85+gAFD64ABQ+tAAUPrAAFD6sABQ+qAAUPqQAFD6gABQ+hAQYP+QcED58BBR8x8QAGD/IABR8x8wAFHzH0AAUPbwn/',
  '//////////////////////////////////////////////////////////////////////////////////////////////////////////////',
  '/////////////////////////////////////////////////////iUGRpbmcKAAAAAA==',
]);

export const javaSnappy = fromBase64([
  'glNOQVBQWQAAAAABAAAAAQAAB5+AgAJcbGluZSAwIG9mIGFuIG9uYm9hcmRpbmcKBRgAMVoYAAAyWhgAADNaGAAANFoYAAA1WhgAADZaGAAAN1',
  'oYAAA4WhgAADlaGAAAMWLxAF7yAAAxXvMAADFe9AAAMV71AAAxXvYAADFe9wAAMV74AAAxXvkAADFe+gAAMl76AAAyXvoAADJe+gAAMl76AAAy',
  'XvoAADJe+gAAMl76AAAyXvoAADJe+gAAMl76AAAzXvoAADNe+gAAM176AAAzXvoAADNe+gAAM176AAAzXvoAADNe+gAAM176AAAzXvoAADRe+g',
  'AANF76AAA0XvoAADRe+gAANF76AAA0XvoAADRe+gAANF76AAA0XvoAADRe+gAANV76AAA1XvoAADVe+gAANV76AAA1XvoAADVe+gAANV76AAA1',
  'XvoAADVe+gAANV76AAA2XvoAADZe+gAANl76AAA2XvoAADZe+gAANl76AAA2XvoAADZe+gAANl76AAA2XvoAADde+gAAN176AAA3XvoAADde+g',
  'AAN176AAA3XvoAADde+gAAN176AAA3XvoAADde+gAAOF76AAA4XvoAADhe+gAAOF76AAA4XvoAADhe+gAAOF76AAA4XvoAADhe+gAAOF76AAA5',
  'XvoAADle+gAAOV76AAA5XvoAADle+gAAOV76AAA5XvoAXq4AXq0AXqwAXqsAXqoAXqkAXqgAYqEBWlcJXp8B/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8Jbm8JAAACTtwjYG9m',
  'IGFuIG9uYm9hcmRpbmcKbGluZSA1NiBaGQAAN14ZAAA4XhkAADlaGQAENjBeGQAAMV4ZAAAyXhkAADNeGQAANF4ZAAA1XhkAXvoAADZe+gAANl',
  '76AAA2XvoAADde+gAAN176AAA3XvoAADde+gAAN176AAA3XvoAADde+gAAN176AAA3XvoAADde+gAAOF76AAA4XvoAADhe+gAAOF76AAA4XvoA',
  'ADhe+gAAOF76AAA4XvoAADhe+gAAOF76AAA5XvoAADle+gAAOV76AAA5XvoAADle+gAAOV76AAA5XvoAXq4AXq0AXqwAXqsAXqoAXqkAXqgAYq',
  'EBWt8DXp8BADFi8QBe8gAAMV7zAAAxXvQAADFe9QAAMV72AAAxXvcAADFe+AAAMV75AAAxXvoAADJe+gAAMl76AAAyXvoAADJe+gAAMl76AAAy',
  'XvoAADJe+gAAMl76AAAyXvoAADJe+gAAM176AAAzXvoAADNe+gAAM176AAAzXvoAADNe+gAAM176AAAzXvoAADNe+gAAM176AAA0XvoAADRe+g',
  'AANF76AAA0XvoAADRe+gAANF76AAA0XvoAADRe+gAANF76AAA0XvoAADVe+gAANV76AAA1XvoAADVe+gAANV76AAA1XvoA/m8J/m8J/m8J/m8J',
  '/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m8J/m',
  '8J/m8JWm8J',
]);

function fromBase64(parts: string[]): Buffer {
  return Buffer.from(parts.join(''), 'base64');
}
