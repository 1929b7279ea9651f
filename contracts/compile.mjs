// Compiles src/main/solidity into src/main/resources/contracts.
//
//   node compile.mjs            writes the ABI, the creation code (.bin) and the runtime code (.runtime.bin)
//   node compile.mjs --check    compiles and compares with what is committed, byte for byte; exit 1 names what differs
//
// The compiler is the one package-lock.json pins. It is installed into target/ when it is not there yet.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

// Each folder is compiled by itself. An earlier generation stays, since its contracts stay on the chains.
const PUBLISHED = {
  generation1: ["AssetDirectory", "DatasetContract", "ModelContract"],
  generation2: ["AssetDirectory", "DatasetContract", "ModelContract"],
  anchors: ["AnchorRegistry"],
};

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "src/main/solidity");
const compiled = join(here, "src/main/resources/contracts");
const toolchain = join(here, "target/solc");

function loadCompiler() {
  const lock = readFileSync(join(here, "package-lock.json"), "utf8");
  const installedLock = join(toolchain, "installed-lock.json");
  if (!existsSync(installedLock) || readFileSync(installedLock, "utf8") !== lock) {
    rmSync(toolchain, { recursive: true, force: true });
    mkdirSync(toolchain, { recursive: true });
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
      cpSync(join(here, file), join(toolchain, file));
    }
    const npm = spawnSync("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: toolchain,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (npm.error || npm.status !== 0) {
      fail(`npm ci in ${toolchain} failed (${npm.error?.message ?? `exit ${npm.status}`}): is npm installed, and is its registry reachable?`);
    }
    writeFileSync(installedLock, lock);
  }
  return createRequire(join(toolchain, "package.json"))("solc");
}

function compile(solc, folderName) {
  const folder = join(sources, folderName);
  const files = readdirSync(folder).filter((name) => name.endsWith(".sol")).sort();
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((name) => [name, { content: readFileSync(join(folder, name), "utf8") }])),
    settings: {
      evmVersion: "london",
      optimizer: { enabled: true, runs: 200 },
      // Neither a metadata hash nor a CBOR trailer: the code depends on nothing but the code.
      metadata: { bytecodeHash: "none", appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  for (const problem of output.errors ?? []) {
    console.error(problem.formattedMessage);
  }
  if ((output.errors ?? []).length > 0) {
    fail("solc reported problems; warnings count as errors");
  }
  const results = new Map();
  for (const name of PUBLISHED[folderName]) {
    const { abi, evm } = output.contracts[`${name}.sol`][name];
    if (Object.keys(evm.deployedBytecode.immutableReferences ?? {}).length > 0) {
      fail(`${folderName}/${name} has immutables: its runtime code would differ from contract to contract`);
    }
    results.set(`${folderName}/${name}.abi`, JSON.stringify(abi, null, 1) + "\n");
    results.set(`${folderName}/${name}.bin`, evm.bytecode.object + "\n");
    results.set(`${folderName}/${name}.runtime.bin`, evm.deployedBytecode.object + "\n");
  }
  return results;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== "--check") || rest.length > 0) {
  console.error(`usage: node ${basename(fileURLToPath(import.meta.url))} [--check]`);
  process.exit(2);
}

const solc = loadCompiler();
const results = new Map(Object.keys(PUBLISHED).flatMap((folder) => [...compile(solc, folder)]));
if (option === "--check") {
  const differing = [...results].filter(([name, text]) => {
    const path = join(compiled, name);
    return !existsSync(path) || readFileSync(path, "utf8") !== text;
  });
  const unexpected = readdirSync(compiled, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(compiled, join(entry.parentPath, entry.name)))
    .filter((name) => !results.has(name));
  for (const [name] of differing) {
    console.error(`${name}: differs from what solc ${solc.version()} makes of the sources`);
  }
  for (const name of unexpected) {
    console.error(`${name}: is not made from any source`);
  }
  if (differing.length + unexpected.length > 0) {
    fail("run: node contracts/compile.mjs");
  }
  console.log(`${results.size} files are what solc ${solc.version()} makes of the sources`);
} else {
  for (const [name, text] of results) {
    mkdirSync(dirname(join(compiled, name)), { recursive: true });
    writeFileSync(join(compiled, name), text);
  }
  console.log(`${results.size} files written by solc ${solc.version()}`);
}
