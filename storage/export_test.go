package storage

import (
	"context"
	"errors"

	"github.com/ismskit/ismskit/ismskit/record"
)

var errCaught = errors.New("query caught")

// catcher is a session that keeps the text of the first query.
type catcher struct {
	Session
	e    Engine
	text string
}

func (c *catcher) Engine() Engine { return c.e }

func (c *catcher) ReadBuilt(_ context.Context, query string) (Rows, error) {
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

// RecordQueryText returns the SQL of a page of records.
func RecordQueryText(ctx context.Context, e Engine, q record.Query) (string, error) {
	c := &catcher{e: e}
	if _, err := Tx(c).Records().Query(ctx, q); !errors.Is(err, errCaught) {
		return "", err
	}
	return c.text, nil
}

// RecordCountText returns the SQL of a count by a facet.
func RecordCountText(ctx context.Context, e Engine, q record.Query, by record.Facet) (string, error) {
	c := &catcher{e: e}
	if _, err := Tx(c).Records().Count(ctx, q, by); !errors.Is(err, errCaught) {
		return "", err
	}
	return c.text, nil
}
