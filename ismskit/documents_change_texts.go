package ismskit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/filetext"
)

// comparedWithin is how long the sending of a request waits for its two files to be read and
// compared. What takes longer is compared by hand.
const comparedWithin = 8 * time.Second

// comparedLimits bound what one file may cost of that, whatever is said of its size.
func comparedLimits() filetext.Limits {
	return filetext.Limits{Bytes: comparedTogether, Unpacked: 48 << 20, Text: 1 << 20, Time: comparedWithin}
}

// comparedTexts is what became of comparing two files.
type comparedTexts struct {
	state       string
	differences []document.Difference
	left        []string // of either file, of filetext.LeftKinds
}

// comparisons are the files that are being compared, and the last that were: a form is checked
// before it is sent, and sent again where it lost a race.
type comparisons struct {
	turns chan struct{} // so many at a time
	mu    sync.Mutex
	last  []comparedPair
}

type comparedPair struct {
	before, after string
	found         comparedTexts
}

const (
	comparedAtOnce = 2
	comparedKept   = 8
)

func newComparisons() *comparisons { return &comparisons{turns: make(chan struct{}, comparedAtOnce)} }

func (c *comparisons) kept(before, after string) (comparedTexts, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.last {
		if p.before == before && p.after == after {
			return p.found, true
		}
	}
	return comparedTexts{}, false
}

func (c *comparisons) keep(p comparedPair) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.last) >= comparedKept {
		c.last = slices.Delete(c.last, 0, 1)
	}
	c.last = append(c.last, p)
}

// compareFiles compares two files by what they say, within comparedWithin: whatever lies in
// them, and wherever they lie, the request goes on. Two files have one comparison, whoever
// asks and whenever, unless it was not done in time or a file could not be reached.
func (k *Kit) compareFiles(ctx context.Context, before, after string) (comparedTexts, error) {
	if k.cfg.Blobs == nil {
		return comparedTexts{state: ComparedOld + comparedGone}, nil
	}
	if found, ok := k.compared.kept(before, after); ok {
		return found, nil
	}
	given, err := k.endedReading(ctx, before, after)
	if err != nil || given != "" {
		return comparedTexts{state: given}, err
	}
	late, cancel := context.WithTimeoutCause(ctx, comparedWithin, fmt.Errorf("%w: not compared within %s", filetext.ErrTooLarge, comparedWithin))
	defer cancel()
	select {
	case k.compared.turns <- struct{}{}:
	case <-late.Done():
		return comparedTexts{state: ComparedLate}, ctx.Err()
	}
	done := make(chan comparedTexts, 1)
	go func() { // where files lie may be slow to answer, and not heed that nobody waits any more
		defer func() { <-k.compared.turns }()
		found := comparedTexts{state: ComparedNew + comparedBroken}
		defer func() {
			if p := recover(); p != nil { // the file is at fault and not the program that looks at it
				k.log.ErrorContext(ctx, "texts cannot be compared", "old", before, "new", after, "panic", p)
			}
			done <- found
		}()
		found = k.compareNow(late, before, after)
	}()
	select {
	case found := <-done:
		return found, ctx.Err()
	case <-late.Done():
		k.log.WarnContext(ctx, "texts are not compared in time", "old", before, "new", after)
		return comparedTexts{state: ComparedLate}, ctx.Err()
	}
}

// endedReading is the state of a comparison of which one file ended the program when it was read
// before, "" for none.
func (k *Kit) endedReading(ctx context.Context, before, after string) (string, error) {
	words, err := k.fileWords(ctx, []string{before, after})
	switch {
	case words[after].Reason == WordsGivenUp:
		return ComparedNew + comparedLarge, err
	case words[before].Reason == WordsGivenUp:
		return ComparedOld + comparedLarge, err
	}
	return "", err
}

func (k *Kit) compareNow(ctx context.Context, before, after string) comparedTexts {
	new, fault := k.bodyOf(ctx, after)
	if fault != "" {
		return comparedTexts{state: unreadFile(ctx, ComparedNew, fault)}
	}
	old, fault := k.bodyOf(ctx, before)
	if fault != "" {
		return comparedTexts{state: unreadFile(ctx, ComparedOld, fault)}
	}
	found := comparedTexts{state: ComparedUnlike}
	if isWorkbook(old.Kind) == isWorkbook(new.Kind) {
		found.differences, found.left = document.Compare(partsOf(old), partsOf(new)), leftOf(old, new)
		switch {
		case old.Cut || new.Cut:
			found.state = ComparedPart
		case len(found.differences) == 0:
			found.state = ComparedEqual
		default:
			found.state = ComparedDiffers
		}
	}
	k.compared.keep(comparedPair{before, after, found})
	return found
}

// leftOf is what was left out of either file, in the order in which it is told.
func leftOf(old, new filetext.Found) []string {
	return slices.DeleteFunc(filetext.LeftKinds(), func(kind string) bool { return !slices.Contains(old.Left, kind) && !slices.Contains(new.Left, kind) })
}

// unreadFile is the state of a comparison of which one file was not read.
func unreadFile(ctx context.Context, of, fault string) string {
	if ctx.Err() != nil {
		return ComparedLate
	}
	return of + fault
}

// bodyOf reads a file from where it is kept; fault is why it could not be.
func (k *Kit) bodyOf(ctx context.Context, digest string) (found filetext.Found, fault string) {
	file, err := k.cfg.Blobs.Open(ctx, digest)
	if err == nil {
		found, err = filetext.Body(ctx, file, comparedLimits())
		err = errors.Join(err, file.Close())
	}
	if err == nil {
		return found, ""
	}
	k.log.WarnContext(ctx, "a text cannot be compared", "file", digest, "reason", err)
	reason, known := map[string]string{
		WordsEncrypted: comparedLocked, WordsBroken: comparedBroken, WordsDoctype: comparedBroken, WordsTooLarge: comparedLarge,
		WordsNone: comparedScan, WordsKind: comparedKind,
	}[reasonOf(err)]
	if !known {
		reason = comparedGone
	}
	return found, reason
}

func isWorkbook(kind filetext.Kind) bool { return kind == filetext.Xlsx || kind == filetext.Ods }

// partsOf are the clauses of a text, or the rows of a workbook.
func partsOf(found filetext.Found) []document.Part {
	switch {
	case isWorkbook(found.Kind):
		return document.Sheets(found.Text, filetext.SheetMark)
	case found.Kind == filetext.Plain:
		return document.Parts([]byte(found.Text))
	}
	return document.Lines(found.Text)
}
