package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// Paging is asked for by every list.
type Paging struct {
	After string `query:"after" maxLength:"400" doc:"Where the page begins: next of the page before."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
}

// Page is what every list answers around its items.
type Page[T any] struct {
	Items []T    `json:"items" nullable:"false" doc:"The items of this page."`
	Next  string `json:"next,omitempty" doc:"Give it as after to get the following page; missing on the last one."`
}

// pageOf is a page with its Link header (RFC 8288), relative to the address asked.
type pageOf[T any] struct {
	Link string `header:"Link" doc:"The following page, with rel=next."`
	Body Page[T]
}

// page makes the answer of a list. The list goes on as long as pages are full.
func page[T any](ctx context.Context, items []T, p Paging, next func(last T) string) *pageOf[T] {
	out := &pageOf[T]{Body: Page[T]{Items: items}}
	if out.Body.Items == nil {
		out.Body.Items = []T{}
	}
	if n := len(items); n > 0 && n >= p.Limit {
		out.Body.Next = next(items[n-1])
		query := url.Values{}
		if r := note(ctx).remote; r != nil {
			query = r.URL.Query() // the same filters
		}
		query.Set("after", out.Body.Next)
		out.Link = fmt.Sprintf(`<?%s>; rel="next"`, query.Encode())
	}
	return out
}

// mark is the place of a row in a list ordered by a time and an id, or by an id
// alone.
type mark struct {
	At time.Time `json:"t,omitzero"`
	ID string    `json:"i"`
	// Task is the third part of a to-do list's order.
	Task string `json:"k,omitempty"`
}

// cursor packs a mark. It is opaque: what stands in it may change.
func cursor(m mark) string {
	b, err := json.Marshal(m)
	if err != nil { // a year beyond 9999
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads one; "" is the beginning.
func parseCursor(s string) (mark, error) {
	var m mark
	if s == "" {
		return m, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &m) != nil || m.ID == "" {
		return mark{}, errCursor
	}
	return m, nil
}
