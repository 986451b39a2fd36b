// Package html writes a report as one HTML file that needs nothing else: no network, no server, and to be read no script.
//
// The page has a summary, the differences and violations as cards, and a grid with a cell for each pattern that the CPU has:
// what ran, what differed, what never came to be run. Of a campaign, and of a gate, it is the same with what all jobs together found
// and hit, and a table of CPU models. A cell says what it is by colour and by a symbol. Cards are details
// elements and cells are links to an element that appears when it is the target of the address, so that all can be read
// without a script; the script filters, searches and sorts, shows vector registers in lanes, and keeps the filter in the address.
//
// Names, commands and texts come from users' files and from targets. All of them go through html/template, and the page's
// policy (Content-Security-Policy) allows only the style and the script that are in it, which it names by their SHA-256, and
// no address at all: what slips through could still not run or call anybody.
package html
