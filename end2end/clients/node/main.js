// The stock Node client (ali-ons) against a running broker:  node main.js suite HOST:PORT
// Prints `ok NAME` or `FAIL NAME: why` per case; exits with 1 when one failed.
'use strict';

const cases = [require('./cases/send'), require('./cases/push_consume')];

async function runOne(each, nameServer) {
  try {
    await each.run(nameServer);
    console.log(`ok ${each.name}`);
    return true;
  } catch (error) {
    console.log(`FAIL ${each.name}: ${String(error).replaceAll(/\s+/g, ' ')}`);
    console.error(error);
    return false;
  }
}

async function main([command, nameServer]) {
  if (command !== 'suite' || !nameServer) {
    console.error('usage: node main.js suite HOST:PORT');
    return 2;
  }
  let failed = 0;
  for (const each of cases) {
    failed += (await runOne(each, nameServer)) ? 0 : 1;
  }
  return failed === 0 ? 0 : 1;
}

// Timers of the client must not keep the process alive.
main(process.argv.slice(2)).then((status) => process.exit(status));
