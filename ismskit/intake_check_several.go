package ismskit

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/ismskit/ismskit/ismskit/calendar"
	"github.com/ismskit/ismskit/ismskit/document"
)

// What the lines of an import are to one another.

// twice flags numbers that two things have, and files that two lines mention.
func (c *checkingIntake) twice() {
	for _, line := range c.lines {
		same := slices.ContainsFunc(line.Faults, func(f intakeFault) bool { return f.Code == "intake.line_twice" })
		if line.Number == "" || same { // of one thing in two lines one is to go: they are not both kept
			continue
		}
		key := line.What + "\x00" + document.TypedNumber(line.Number)
		c.byNo[key] = append(c.byNo[key], line)
	}
	for _, key := range slices.Sorted(maps.Keys(c.byNo)) {
		lines := c.byNo[key]
		for _, line := range lines {
			if other := otherOf(lines, line, func(o *intakeLine) bool { return line.What != intakeControlled || !sameTitle(o.Title, line.Title) }); other != nil {
				line.flag(intakeNumber, "intake.number_twice", map[string]string{"row": strconv.Itoa(other.Row), "title": other.Title})
			}
		}
	}
	for _, lines := range c.used {
		for _, line := range lines {
			if other := otherOf(lines, line, nil); other != nil {
				line.flag(intakeFiles, "intake.file_twice", map[string]string{"row": strconv.Itoa(other.Row)})
			}
		}
	}
	for _, lines := range c.same {
		for _, line := range lines {
			if other := otherOf(lines, line, nil); other != nil && !slices.ContainsFunc(line.Flags, func(f intakeFault) bool { return f.Code == "intake.file_twice" }) {
				line.flag(intakeFiles, "intake.same_file", map[string]string{"row": strconv.Itoa(other.Row)})
			}
		}
	}
}

func otherOf(lines []*intakeLine, line *intakeLine, fits func(*intakeLine) bool) *intakeLine {
	for _, other := range lines {
		if other != line && (fits == nil || fits(other)) {
			return other
		}
	}
	return nil
}

// labelOf is the version that a line is of, the lowest where it names none that can be read.
func labelOf(line *intakeLine) document.Label {
	label, err := document.ParseLabel(textOf(line.values, "version"))
	if err != nil {
		return document.Label{}
	}
	return label
}

// inOrder puts versions of documents in the order of their days: they are issued one after another,
// however the index lists them. All else stays where it stands.
func (c *checkingIntake) inOrder() {
	day := func(l *intakeLine) calendar.Date { d, _ := l.values[intakeDate].(calendar.Date); return d }
	var places []int
	var versions []*intakeLine
	for at, line := range c.lines {
		if line.What == intakeControlled {
			places, versions = append(places, at), append(versions, line)
		}
	}
	slices.SortStableFunc(versions, func(a, b *intakeLine) int {
		return cmp.Or(day(a).Compare(day(b)), labelOf(a).Compare(labelOf(b)))
	})
	for n, at := range places {
		c.lines[at] = versions[n]
	}
}

// identify says which thing a line is, and what it says of it: of the same thing an index may say
// something else later. Two lines of one thing are one too many.
func (c *checkingIntake) identify(line *intakeLine) error {
	var files []string
	for _, f := range line.Files {
		files = append(files, f.Name+"="+f.Digest)
	}
	slices.Sort(files)
	digests := files
	name := document.TypedNumber(line.Number)
	switch {
	case line.What == intakeControlled:
		name += "\x00" + line.Title + "\x00" + textOf(line.values, "version")
		digests = nil // of a version there is one
	case name == "":
		name = "\x00" + line.Title
	}
	line.One = digestText(line.What, name, strings.Join(digests, ","))
	line.Values = c.form.EncodeJSON(line.values)
	line.Digest = digestText(line.One, string(line.Values), strings.Join(files, ","), line.Unit)
	if before := c.byOne[line.One]; before != nil {
		line.State = IntakeWrong
		line.fault("", "intake.line_twice", map[string]string{"row": strconv.Itoa(before.Row)})
		return nil
	}
	c.byOne[line.One] = line
	return nil
}
