// Stands for iconv-lite in the bundle: bodies of JSON come in Unicode's encodings alone, which the platform reads, and half of what a start
// reads would be tables of others.
const decoderOf = (encoding) => new TextDecoder(/^utf-?16$/i.test(encoding) ? 'utf-16le' : encoding);

exports.encodingExists = (encoding) => {
  try {
    return Boolean(decoderOf(encoding));
  } catch {
    return false; // answered with 415
  }
};

exports.decode = (bytes, encoding) => decoderOf(encoding).decode(bytes);

exports.getDecoder = (encoding) => {
  const decoder = decoderOf(encoding);
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
};
