// Package browsertest tests the pages of report/html in headless Chromium, over the protocol of its developer tools. It has
// nothing but tests, and is a package of its own so that the program does not link what speaks that protocol.
//
//	go test ./report/html/browsertest -run TestPictures -pictures DIR -pages a.html,b.html#at=p7
//
// makes pictures of pages; make pictures those of the documentation.
package browsertest
