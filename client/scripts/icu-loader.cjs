// Turns a catalogue of ICU messages into their compiled form while bundling.
const compile = require('icu-minify/compile').default;

const compiled = (value) =>
  typeof value === 'string'
    ? compile(value)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, compiled(inner)]));

module.exports = function icuLoader(source) {
  return `export default ${JSON.stringify(compiled(JSON.parse(source)))}`;
};
