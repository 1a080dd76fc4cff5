package storage

import (
	"context"
	"errors"
	"strings"

	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/storage/internal/cells"
)

var errCaught = errors.New("query caught")

// catcher is a session that keeps the text of the query for records, and answers the one before
// it: how many texts hold the words.
type catcher struct {
	Session
	e     Engine
	texts int
	text  string
	first string // the query before
}

func (c *catcher) Engine() Engine { return c.e }

func (c *catcher) ReadBuilt(_ context.Context, query string) (Rows, error) {
	if strings.HasPrefix(query, "SELECT count(*) FROM (SELECT") {
		c.first = query
		return cells.New([][]any{{int64(c.texts)}}), nil
	}
	c.text = query
	return nil, errCaught
}

// ListEntriesText is the SQL by which changes of lists are read, with a question mark for each
// parameter.
func ListEntriesText(e Engine) string { return trailLists.Text(e) }

// PreparedReads are the reads that PostgreSQL plans once for all values, in its own SQL with a
// question mark for each parameter.
func PreparedReads(e Engine) map[string]string {
	out := map[string]string{}
	for name, st := range map[string]*Statement{
		"a case": caseGet, "an outcome": outcomeGet, "jobs that are due": jobDue, "the next job": jobNext,
		"entries of a chain": trailEntries, "its newest entries": trailNewest, "its head": trailHead,
		"heads of chains": trailHeads, "heads without a mark": trailUnmarked, "changes of lists": trailLists,
		"a row": registerGet, "its history": registerHistory, "a document": documentGet, "its versions": versionList,
	} {
		out[name] = st.Text(e)
	}
	return out
}

// RecordQueryText returns the SQL of a page of records, and of the look at the index of words
// before it, where it is said how many texts hold them.
func RecordQueryText(ctx context.Context, e Engine, q record.Query, texts int) (page, look string, err error) {
	c := &catcher{e: e, texts: texts}
	if _, err := Tx(c).Records().Query(ctx, q); !errors.Is(err, errCaught) {
		return "", "", err
	}
	return c.text, c.first, nil
}

// RecordCountText returns the SQL of a count by a facet, where it is said how many texts hold the
// words.
func RecordCountText(ctx context.Context, e Engine, q record.Query, by record.Facet, texts int) (string, error) {
	c := &catcher{e: e, texts: texts}
	if _, err := Tx(c).Records().Count(ctx, q, by); !errors.Is(err, errCaught) {
		return "", err
	}
	return c.text, nil
}
