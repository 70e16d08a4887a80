// The command as in an installed package, which has no sources to look at.
const { main } = await import('../../dist/collector/main.js');
await main(process.argv);
