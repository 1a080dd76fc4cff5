// Package print writes the official print of a case: A4, the form's head, what was
// filled in, the stamps and the trail, as an office would lay it in a file.
//
// Of gathers a case into a Sheet, which is plain text; HTML and Document make a
// part of a page or a whole page of it with html/template. A host that prints in
// another way takes the Sheet, or ContentOf and Decision alone.
//
// Everything is a pure function of its arguments and safe for concurrent use.
package print
