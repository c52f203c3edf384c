/** The component: the author's modules, the SDK and QuickJS. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, inSdk } from "./bundle.mjs";
import { lineTable } from "./lines.mjs";
import { SDK } from "./tools.mjs";
import { specifier, writeWorld } from "./world.mjs";

/**
 * What the engine freed while it read the script is still in its memory, and a
 * component carries that memory, apart from zeros. So blocks like those that it
 * left are filled with zeros, which makes a component a tenth smaller. How many
 * was found by trying: with more of them the memory has to grow.
 */
const ZEROS =
  "{const held=[];for(const [size,count] of [[65536,4],[8192,8],[2048,16],[512,32]])" +
  "for(let i=0;i<count;i++)held.push(new Uint8Array(size))}";

/** The component's bytes. */
export async function makeComponent(tools, project, world, scratch) {
  const { script, map } = await bundle(tools, project.folder, componentEntry(project, world));
  const lines = lineTable(map, (source) => {
    const path = join(project.folder, source);
    return !inSdk(path) && !path.endsWith("baton-entry.js");
  });
  const wit = join(scratch, "wit");
  writeWorld(world, wit);
  // Behind the script, so that its lines stay what they are.
  const source = `${script}\nglobalThis.__batonLines = ${JSON.stringify(lines)};\n${ZEROS}\n`;
  const file = join(scratch, "skill.js");
  writeFileSync(file, source);
  const { component } = await tools.componentize({
    witPath: wit,
    world: "component",
    jsSource: source,
    jsPath: file,
    moduleRoot: scratch,
    sync: true,
    stubWasi: true,
    optSize: true,
  });
  return component;
}

/** The prelude comes first: modules are run in the order of their imports. */
function componentEntry({ entry, usual, folder }, { imports, exports }) {
  const path = (...parts) => JSON.stringify(join(...parts));
  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  return `
import ${path(SDK, "src/prelude.ts")};
${imports.map((name) => `import * as ${name} from "${specifier(name)}";`).join("\n")}
import * as author from ${path(folder, entry)};
import { component } from ${path(SDK, "src/component.ts")};
import { skillOf } from ${path(SDK, "src/found.ts")};
const made = component(skillOf(author, ${JSON.stringify(entry)}), ${JSON.stringify(usual)}, { ${imports.join(", ")} });
${exports.map((name) => `export const ${camel(name)} = made.${camel(name)};`).join("\n")}
`;
}
