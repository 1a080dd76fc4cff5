// Package calendar holds the dates and the office calendars a Taiwanese
// government office works by.
//
// A [Date] is a day without a clock. It is kept Gregorian and written Gregorian
// (ISO) or in the national calendar (民國), whose year is the Gregorian one less
// 1911; official papers must carry the latter (公文程式條例 §6). [ParseDate] reads
// every way such a date is written on forms, in laws and in file names.
//
// A [Calendar] says which days are worked. Make-up Saturdays and moved holidays
// follow from no rule, so a calendar is a table, as the central personnel
// administration publishes it each year, and versioned, because a table may be
// issued anew while deadlines run. Dates outside the table are answered by the
// weekday alone and the answer is marked as an estimate.
//
// A [Term] is one of three kinds of period, each with its own arithmetic:
// working days, hours on the clock, and legal periods (行政程序法 §48). [Calendar.Due]
// turns a start and a term into the instant from which something is late.
//
// Everything here is a pure function of its arguments. Values are safe for
// concurrent use. The package reads no clock and loads no time zone. A nil
// *time.Location means UTC wherever one is asked for.
package calendar
