package ismskit

import (
	"context"
	"sync"

	"github.com/ismskit/ismskit/ismskit/document"
)

// clauseLists remembers the parts that files have, by digest: a form is drawn again at every change.
type clauseLists struct {
	mu   sync.Mutex
	list map[string][]document.Part
}

const clauseListsKept = 32

func newClauseLists() *clauseLists { return &clauseLists{list: map[string][]document.Part{}} }

// partsIn are the parts of the text of a version's main file, nil where it is a workbook or none can be
// read.
func (k *Kit) partsIn(ctx context.Context, v document.Version) []document.Part {
	main, ok := v.Main()
	if !ok || k.cfg.Blobs == nil {
		return nil
	}
	digest := main.Digest
	if known, ok := k.clauses.known(digest); ok {
		return known
	}
	late, cancel := context.WithTimeout(ctx, comparedWithin)
	defer cancel()
	select { // whoever is told of a new version opens it, and they do so all at once
	case k.compared.turns <- struct{}{}:
		defer func() { <-k.compared.turns }()
	case <-late.Done():
		return nil
	}
	if known, ok := k.clauses.known(digest); ok {
		return known
	}
	words, err := k.fileWords(ctx, []string{digest})
	if err != nil {
		k.log.WarnContext(ctx, "it cannot be told whether a file may be read", "file", digest, "reason", err)
		return nil
	}
	if words[digest].Reason == WordsGivenUp { // reading it ended the program
		return k.clauses.keep(digest, nil)
	}
	reading, cancel := context.WithTimeout(ctx, comparedWithin)
	defer cancel()
	body, fault := k.bodyOf(reading, digest)
	switch {
	case fault == comparedGone && (reading.Err() == nil || ctx.Err() != nil):
		return nil // it may be there the next time
	case fault == "" && !isWorkbook(body.Kind):
		return k.clauses.keep(digest, partsOf(body))
	}
	return k.clauses.keep(digest, nil) // it says none, or not in time, however often it is asked
}

func (c *clauseLists) known(digest string) ([]document.Part, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	parts, ok := c.list[digest]
	return parts, ok
}

func (c *clauseLists) keep(digest string, parts []document.Part) []document.Part {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) >= clauseListsKept {
		c.list = map[string][]document.Part{}
	}
	c.list[digest] = parts
	return parts
}
