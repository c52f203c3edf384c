/** What the type checker knows: what is wrong, and which capabilities are used. */
import { basename, join } from "node:path";
import { inSdk, PACKAGE } from "./bundle.mjs";
import { Failure } from "./failure.mjs";

/** Strict, and nothing declared but what a skill has. */
function options(typescript) {
  return {
    target: typescript.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.esnext.decorators.d.ts", "lib.esnext.disposable.d.ts"],
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    allowJs: true,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: Object.fromEntries(Object.entries(PACKAGE).map(([name, path]) => [name, [path]])),
  };
}

/** Checks the author's modules; the capabilities they use, and whether they remember anything. */
export function checkTypes(typescript, { folder, entry }) {
  const program = typescript.createProgram([join(folder, entry)], options(typescript));
  const wrong = typescript.getPreEmitDiagnostics(program).filter(({ file }) => !file || !inSdk(file.fileName));
  if (wrong.length > 0) {
    const format = process.stderr.isTTY ? "formatDiagnosticsWithColorAndContext" : "formatDiagnostics";
    throw new Failure(typescript[format](wrong, {
      getCurrentDirectory: () => folder,
      getCanonicalFileName: (name) => name,
      getNewLine: () => "\n",
    }).trimEnd());
  }
  const uses = new Set();
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile || inSdk(file.fileName) || file.fileName.includes("/node_modules/")) continue;
    visit(typescript, program.getTypeChecker(), file, uses);
  }
  return uses;
}

function visit(typescript, checker, node, uses) {
  for (const symbol of members(typescript, checker, node)) {
    const name = symbol && capability(typescript, symbol);
    if (name) uses.add(name);
  }
  if (remembers(typescript, checker, node)) uses.add("state");
  typescript.forEachChild(node, (child) => visit(typescript, checker, child, uses));
}

/** The members that an expression reads: `a.b`, `a["b"]` and `const { b } = a`. */
function members(typescript, checker, node) {
  if (typescript.isPropertyAccessExpression(node)) return [checker.getSymbolAtLocation(node.name)];
  if (typescript.isElementAccessExpression(node)) return [checker.getSymbolAtLocation(node.argumentExpression)];
  if (typescript.isObjectBindingPattern(node)) {
    const type = checker.getTypeAtLocation(node);
    return node.elements.map((element) => type.getProperty((element.propertyName ?? element.name).getText()));
  }
  return [];
}

/** The capability that a member of the SDK's class `Skill` is. */
function capability(typescript, symbol) {
  const declared = symbol.declarations?.some(
    (one) =>
      typescript.isGetAccessor(one) && inSdk(one.getSourceFile().fileName) &&
      basename(one.getSourceFile().fileName) === "skill.ts",
  );
  return declared ? symbol.name : undefined;
}

/** Whether this gives a skill a field that may change. */
function remembers(typescript, checker, node) {
  const isSkill = (place) => {
    const state = checker.getTypeAtLocation(place).getProperty("state");
    return state !== undefined && capability(typescript, state) !== undefined;
  };
  if (typescript.isPropertyDeclaration(node)) {
    const flags = typescript.getCombinedModifierFlags(node);
    const lasting = typescript.ModifierFlags.Static | typescript.ModifierFlags.Readonly;
    return (flags & lasting) === 0 && isSkill(node.parent);
  }
  // In JavaScript a field need not be declared.
  return (
    typescript.isBinaryExpression(node) &&
    node.operatorToken.kind >= typescript.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= typescript.SyntaxKind.LastAssignment &&
    typescript.isPropertyAccessExpression(node.left) &&
    node.left.expression.kind === typescript.SyntaxKind.ThisKeyword &&
    isSkill(node.left.expression)
  );
}
