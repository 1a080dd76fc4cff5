// Package filetext reads the words out of files that people upload, so that they are
// found by what they say: Word, Excel and PowerPoint (docx, xlsx, pptx), ODF (odt, ods,
// odp), PDF, and text in UTF-8, UTF-16 or Big5, Markdown included.
//
// A file is told by its content and never by its name. Whoever made it may wish the
// reader ill: what it unpacks to, how many parts it has, how deep it nests and how long
// it keeps the reader busy are all bounded by [Limits], nothing it names is fetched, and
// what cannot be read is one of the errors below, with what was found out until then.
//
// It does not read: words in pictures, so a scan has none; the binary files of Office 97
// (doc, xls, ppt), RTF and xlsb; PDF that is encrypted, if only against printing, or packed
// by LZW; of a PDF, fonts that say nowhere which letters they draw. Dates in a workbook are
// the numbers that it stores.
package filetext

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Kind is what a file is by its content.
type Kind string

// Kinds of files.
const (
	Docx      Kind = "docx"
	Xlsx      Kind = "xlsx"
	Pptx      Kind = "pptx"
	Odt       Kind = "odt"
	Ods       Kind = "ods"
	Odp       Kind = "odp"
	PDF       Kind = "pdf"
	Plain     Kind = "text"
	OldWord   Kind = "doc"
	OldExcel  Kind = "xls"
	OldSlides Kind = "ppt"
	Picture   Kind = "picture"
	Unknown   Kind = "unknown"
)

// What keeps a file from being read. Each error that Read returns is one of them, the
// context's, or the reader's own.
var (
	// ErrEncrypted: it opens with a password only.
	ErrEncrypted = errors.New("filetext: encrypted")
	// ErrBroken: it is not what it begins as.
	ErrBroken = errors.New("filetext: broken")
	// ErrTooLarge: it goes beyond Limits, or unpacks to far more than it is.
	ErrTooLarge = errors.New("filetext: too large")
	// ErrLate, of Vet alone: there was no time to look.
	ErrLate = errors.New("filetext: not looked through in time")
	// ErrDoctype: its XML defines entities or draws in what lies elsewhere; no office program
	// writes that (but for short texts in drawings, which Vet takes), and what it may do is expand without end or read other files.
	ErrDoctype = errors.New("filetext: document type in XML")
	// ErrNoText: nothing in it is text, as in a picture or a scan.
	ErrNoText = errors.New("filetext: no text")
	// ErrKind: text is not read out of files of this kind.
	ErrKind = errors.New("filetext: kind not read")
)

// Limits bound what one file may cost. A zero of any is that of Usual.
type Limits struct {
	Bytes    int64         // of the file
	Unpacked int64         // of all its parts that are read, together
	Ratio    int64         // of a part unpacked to it packed, from a MiB on
	Parts    int           // of a container, or objects of a PDF
	Depth    int           // of elements or objects within each other
	Text     int           // bytes of text; the rest is left out
	Time     time.Duration // from when its bytes are there
}

// Usual are limits that no honest file of an office meets.
func Usual() Limits {
	return Limits{
		Bytes: 64 << 20, Unpacked: 128 << 20, Ratio: 200, Parts: 20_000, Depth: 256, Text: 1 << 20, Time: 20 * time.Second,
	}
}

func (l Limits) filled() Limits {
	usual := Usual()
	fill(&l.Bytes, usual.Bytes)
	fill(&l.Unpacked, usual.Unpacked)
	fill(&l.Ratio, usual.Ratio)
	fill(&l.Parts, usual.Parts)
	fill(&l.Depth, usual.Depth)
	fill(&l.Text, usual.Text)
	fill(&l.Time, usual.Time)
	return l
}

func fill[T int | int64 | time.Duration](v *T, otherwise T) {
	if *v <= 0 {
		*v = otherwise
	}
}

// Found is what a file is and says.
type Found struct {
	Kind Kind
	Text string // paragraphs and cells by line; valid UTF-8 without control characters
	Cut  bool   // there was more than Limits.Text
	// Left says what Body left out or shows otherwise than the file's program, of LeftKinds.
	Left []string
}

// Read tells what a file is and reads its text. With an error, Found.Kind is what is
// known and there is no text. It does not panic, whatever the file holds.
func Read(ctx context.Context, r io.Reader, l Limits) (Found, error) {
	return read(ctx, r, l, nil)
}

// read reads the running text of a file, or where there is a body to gather, its lines.
func read(ctx context.Context, r io.Reader, l Limits, lines *body) (found Found, err error) {
	l = l.filled()
	data, err := io.ReadAll(io.LimitReader(r, l.Bytes+1))
	if err != nil {
		return Found{Kind: Unknown}, err
	}
	if int64(len(data)) > l.Bytes {
		return Found{Kind: Unknown}, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, l.Bytes)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, l.Time, fmt.Errorf("%w: not read within %s", ErrTooLarge, l.Time))
	defer cancel()
	j := &job{ctx: ctx, limits: l, body: lines}
	found.Kind = Unknown
	// The parsers check what they read; should one of them have forgotten something, the
	// file is at fault and not the program that looks at it.
	defer func() {
		if p := recover(); p != nil {
			found, err = Found{Kind: found.Kind}, fmt.Errorf("%w: %v", ErrBroken, p)
		}
	}()
	text, kind, err := reading(data, j)
	found.Kind = kind
	if err == nil {
		err = text()
	}
	if errors.Is(err, errFull) {
		err = nil
	}
	if err == nil && j.empty() {
		err = ErrNoText
	}
	if err != nil {
		return Found{Kind: kind}, err
	}
	found.Text, found.Cut = j.said()
	found.Left = j.leftOut()
	return found, nil
}

// job is the reading of one file: what it may still cost, and what it says so far.
type job struct {
	ctx      context.Context
	limits   Limits
	unpacked int64
	ops      int
	written  int // since the clock was looked at
	text     sink
	body     *body // nil where the running text is read
}

// empty says that there is nothing to be found by.
func (j *job) empty() bool { return !j.text.words && (j.body == nil || !j.body.words) }

// said is what was read, and whether there was more. What has no paragraphs of its own to
// tell apart is its running text.
func (j *job) said() (string, bool) {
	if j.body == nil || !j.body.words {
		return j.text.String(), j.text.cut
	}
	return j.body.b.String(), j.body.cut
}

// step ends what takes too long. It is called for everything that is read.
func (j *job) step() error {
	if j.ops++; j.ops%1024 != 0 || j.ctx.Err() == nil {
		return nil
	}
	return context.Cause(j.ctx)
}

// unpack counts bytes that came out of a packed part.
func (j *job) unpack(n int) error {
	if j.unpacked += int64(n); j.unpacked > j.limits.Unpacked {
		return fmt.Errorf("%w: unpacks to more than %d bytes", ErrTooLarge, j.limits.Unpacked)
	}
	if j.ctx.Err() != nil {
		return context.Cause(j.ctx)
	}
	return nil
}

// write adds text; errFull ends the reading once there is enough.
func (j *job) write(s string) error {
	if !j.text.write(s, j.limits.Text) {
		return errFull
	}
	// What is written may be nothing but spaces, and long, and be so a million times.
	if j.written += len(s); j.written > 1<<20 {
		j.written = 0
		if j.ctx.Err() != nil {
			return context.Cause(j.ctx)
		}
	}
	return j.step()
}
