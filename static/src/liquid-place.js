// Where in a template a caret stands, told from the text before it.

// insideTag gives the text from the {{ or {% that is open at the end of before, without its braces; null outside of tags.
export function insideTag(before) {
  const output = before.lastIndexOf("{{");
  const tag = before.lastIndexOf("{%");
  const open = Math.max(output, tag);
  if (open < 0) return null;
  const inside = before.slice(open + 2);
  return inside.includes(tag > output ? "%}" : "}}") ? null : inside;
}

// insideString says whether before ends between the quotation marks of the template's own JSON.
function insideString(before) {
  const own = before.replace(/\{\{.*?\}\}|\{%.*?%\}/gs, "");
  let inside = false;
  for (let i = 0; i < own.length; i++) {
    if (own[i] === "\\" && inside) i++;
    else if (own[i] === '"') inside = !inside;
  }
  return inside;
}

// written is a value as it must stand after before: alone within a tag, with json where the JSON around it would break.
export function written(path, before, isJSON) {
  if (insideTag(before) !== null) return path;
  return isJSON && !insideString(before) ? `{{ ${path} | json }}` : `{{ ${path} }}`;
}
