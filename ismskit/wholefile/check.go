package wholefile

import "bytes"

// Check looks at a file that is written to it. Not safe for concurrent use.
type Check struct{ end end }

// end looks for the end of one kind of file.
type end interface {
	write(b []byte)
	found() bool
}

// Of is a Check for the file that begins with head, which has still to be written to it.
// Of a kind whose end nobody can tell every file is complete.
func Of(head []byte) *Check {
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return &Check{&tail{ends: pdfEnds}}
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return &Check{&png{skip: 8}}
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return &Check{&jpeg{}}
	case bytes.HasPrefix(head, []byte(fileHeader)), bytes.HasPrefix(head, []byte(directoryEnd)):
		return &Check{&tail{ends: zipEnds}}
	}
	return &Check{}
}

// Write implements io.Writer and never fails.
func (c *Check) Write(b []byte) (int, error) {
	if c.end != nil {
		c.end.write(b)
	}
	return len(b), nil
}

// Complete says whether what was written has its end.
func (c *Check) Complete() bool { return c.end == nil || c.end.found() }
