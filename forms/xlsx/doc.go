// Package xlsx reads and writes Excel workbooks for forms: [Blank] makes one with a column a field, drop-downs and a stamp,
// [Read] gives its lines back as they are meant, whatever a person made of them in the meantime.
//
// What is read comes from anybody, so it is bounded before it is opened, and refused with an [*Error] that says why:
// a file that is too large, one that is no workbook or locked with a password, one that unpacks to more than it may. Formulas
// are never worked out: what the workbook says they came to is read. Nothing is passed over in silence: a workbook without
// lines, without headings, or that breaks off half-way is an error.
package xlsx
