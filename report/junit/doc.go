// Package junit writes results in the XML that JUnit's Ant task began and CI systems read: Jenkins, GitLab, the actions for
// GitHub that show tests.
//
// There is no one standard. What is written here is what these have in common: testsuites, testsuite, testcase with failure,
// error or skipped, properties, system-out. Times are in seconds.
//
// A suite is a CPU model in an ABI and a byte order, a case is a pattern ([OfRuns]): it failed if the targets differ in it;
// it was skipped if it was drawn and never ran, or if all that differs is a known difference; else it passed. What belongs to
// no one pattern is a case of its own, and an error is that of a run that has no verdict.
package junit
