// Package regress is the gate for people who change a translator: a set of images, run on what is there (the baseline) and on
// what is to come (the candidate), and a verdict.
//
// A set is a file of a campaign ([campaign.Load]) without targets: CPU models, ABIs, byte orders, numbers of instructions and
// seeds. Two are built in ([Sets]). A side is what one of the two targets of every job is made of ([Side]). The verdict
// ([Summary]) says what differs that no list of known differences covers, and which entries of such lists are stale: they are
// about what ran, and nothing of it was seen.
package regress
