/** The page's own style sheet, small enough to be part of it. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: #808080; --accent: #2563eb }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 6rem; font: 16px/1.55 system-ui, sans-serif }
h1 { margin: 0 } h2 { margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line) } h3 { margin: 2rem 0 .25rem }
h4 { margin: 1.25rem 0 .35rem; font-size: .85rem; text-transform: uppercase; letter-spacing: .05em; color: var(--dim) }
a { color: var(--accent) } p { margin: .5rem 0 } small { color: var(--dim); font-weight: 400 }
nav a { margin-right: 1rem }
code, pre { font: .875em/1.5 ui-monospace, monospace }
pre { background: var(--soft); padding: .75rem 1rem; border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere }
details details { margin: .25rem 0 }
section > details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: 0 1rem }
section > details[open] { padding-bottom: 1rem }
section > details > summary { padding: .55rem 0; display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap }
summary { cursor: pointer } summary span { flex: 1; color: var(--dim) }
summary b { min-width: 4.2em; font-size: .8em } .get { color: #16803c } .post { color: #2563eb }
.patch { color: #b45309 } .delete { color: #dc2626 }
table { border-collapse: collapse; width: 100% } tr + tr { border-top: 1px solid var(--line) }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0 } th { white-space: nowrap; font-weight: 600 }
ul { margin: .35rem 0; padding-left: 1.2rem }
`;
