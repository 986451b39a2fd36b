// Package campaign runs many images: every combination of what a file lists (CPU models, byte orders, patterns, seeds
// and so on) on every pair of targets, on several workers, with results that outlive the process.
//
// Words: a job is one image on one pair of targets; its id is a hash of everything that it is asked to do (see
// [Params]). The plan is the list of all jobs, a pure function of the campaign's file, of the options given beside it and
// of the CPU models that the program knows ([Load]). A shard is a part of the plan ([Shard]). Results are a file
// of lines ([Store], [Scan]), a header and one line for each finished job; a job whose line is not whole was never
// finished. A summary adds results up ([Summary]). Aimed jobs stand beside the plan: they are of images of what its jobs have not hit, in
// rounds, each of which depends on those before ([Until]).
//
// What a job does is not known here: the pool is given a function that runs one.
package campaign
