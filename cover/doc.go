// Package cover keeps account of what runs have hit: which patterns, which values of small fields, which faults, how accesses lay
// in memory, where branches went.
//
// Words: a set is the account of some runs for one architecture ([Set]). It lists every pattern of the models that ran, hit or
// not, with what there is to hit: values that images for the model may hold, faults that the description declares. So a set can be
// read without the descriptions that it was made by. A model is a CPU model and an ABI, such as "P5600 o32fp64". What is hit
// comes from the report of a run ([Set.Add]), and so from what was compared.
//
// Sets merge ([Set.Merge]): executions and images add up, all else is united. So the order does not matter, and to
// merge a set twice changes nothing but these numbers. What was made by other texts of the same description files does not
// merge: their patterns need not be the same.
//
// The file is JSON, with a pattern on each line, all lists sorted ([Set.Write], [Read]). Where a line holds a set, as those of a
// campaign's results may, it is that text, compressed ([Packed]).
package cover
