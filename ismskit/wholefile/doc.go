// Package wholefile tells a file that is itself cut off, as a download that stopped or a
// disk that was full leaves it, from one that has its end: PDF, PNG, JPEG, and whatever
// is a ZIP container, as the files of office programs are.
//
// It looks at the end and at nothing else: whether what lies between can be read is for
// the program that reads it. A file is looked at while it is copied, in memory that does
// not grow with it. What stands behind an end is let pass, for some programs write more.
package wholefile
