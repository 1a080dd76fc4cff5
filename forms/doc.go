// Package forms is the engine of electronic forms: a form is data (a [Schema]), compiled once into a [Form] that
// decodes what people send, works out what is shown and computed, and says field by field what still has to be
// mended.
//
// The engine is pure. It reads no clock, no database and no directory: today's date, the rights of the step and the
// facts about people and registers come in through a [CheckContext]. Nothing is registered globally; the field types
// are a value ([Types]) to which an embedder adds his own.
//
// # The way of a value
//
//	Decode or FromText   bytes or a form post -> Values, wrong ones refused with field and row
//	Accept               = Named (names of people and rows filled in), ApplyEdit (rights of the step),
//	                       Settle (fields not shown dropped, computed ones set), Check (all the rules)
//	EncodeJSON           Values -> the same bytes for the same values; Restore reads them back
//	Canonical            Values -> named plain values, one per field and table cell, for the evidence leaves
//
// Text is kept in Unicode normalisation form C with line ends as a single line feed and without blanks at either
// end: Decode and FromText bring it there, Check refuses values built in Go that are not. Control characters and
// characters that turn the direction of writing are refused everywhere.
//
// # Expressions
//
// Conditions and computed values are written in the syntax of expr-lang, whose parser and strict type checker read
// them when the form is compiled. They are carried out by this package: decimals are exact, an unanswered field is
// reported by name instead of counting as zero, and the work one evaluation may do is limited. See [Program].
//
// A Form and its programs are immutable and safe for concurrent use. Values are plain maps and belong to the caller;
// no function of this package changes the Values it is given.
package forms
