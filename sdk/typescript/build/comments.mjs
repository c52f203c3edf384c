/** Doc comments become descriptions, as TypeScript leaves no trace of them at run time. */

/** The source with a line at its end that tells the SDK of the doc comments of its classes. */
export function withDescriptions(typescript, path, source) {
  const file = typescript.createSourceFile(path, source, typescript.ScriptTarget.ES2022, true);
  const lines = [];
  for (const node of file.statements) {
    if (!typescript.isClassDeclaration(node) || !node.name) continue;
    const docs = {};
    for (const member of [node, ...node.members]) {
      const text = comment(typescript, member);
      if (text && decorated(typescript, member)) docs[member === node ? "" : member.name.text] = text;
      else if (text && member === node) docs[""] = text;
    }
    if (Object.keys(docs).length > 0) lines.push(`__documented(${node.name.text}, ${JSON.stringify(docs)});`);
  }
  if (lines.length === 0) return source;
  // Imports are hoisted, and a line at the end moves none of the author's.
  return `${source}\nimport { documented as __documented } from "@baton/skill"; ${lines.join(" ")}\n`;
}

function decorated(typescript, node) {
  return typescript.canHaveDecorators(node) && typescript.getDecorators(node) !== undefined;
}

function comment(typescript, node) {
  const doc = typescript.getJSDocCommentsAndTags(node).findLast((one) => typescript.isJSDoc(one));
  const text = doc && typescript.getTextOfJSDocComment(doc.comment);
  return text && unwrapped(text);
}

/** Joins lines that were only broken to fit the page; a list keeps its lines. */
function unwrapped(text) {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*(?![\s\-*|#`\d])/g, " "))
    .join("\n\n");
}
