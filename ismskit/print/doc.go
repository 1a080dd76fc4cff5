// Package print writes what an office lays in a file, on A4: the official form of a
// case with its stamps and trail, a controlled document with its head on every
// page, an empty form to fill in by hand, the 文件一覽表.
//
// A4 is the Printer of ismskit that does so, for Config.Printer: HTML complete in
// one file, and the same as a part of a page. A host that prints in another way
// brings its own Printer and takes from here what serves it: Of gathers a case into
// a Sheet, which is plain text, ContentOf and Decision a part of it.
//
// Everything is a pure function of its arguments and safe for concurrent use.
package print
