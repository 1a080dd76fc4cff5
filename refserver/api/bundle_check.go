package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

const (
	patternCheckBundle = "POST /api/v1/bundle-checks"
	// defaultBundle is the largest bundle that is checked here; a larger one is checked by the
	// program on one's own computer.
	defaultBundle = 512 << 20
	// maxNote and maxEarlier bound the checkpoints that are given beside a bundle.
	maxNote    = 64 << 10
	maxEarlier = 100
	// maxChecks is how many bundles are checked at once, and lie on the disk; others wait so long.
	maxChecks     = 2
	checkPatience = 5 * time.Second
)

// bundleCheck streams the body into a file of its own: a bundle is read here and there.
type bundleCheck struct {
	request *http.Request
}

// Resolve keeps the request for the handler.
func (b *bundleCheck) Resolve(ctx huma.Context) []error {
	b.request = note(ctx.Context()).remote
	return nil
}

func (a *API) bundleCheckOperations() {
	add(a, operation{id: "check-bundle", method: http.MethodPost, path: "/bundle-checks", tag: "records",
		summary: "Check a bundle that somebody brings back, with this server's own key and against checkpoints learned earlier; nothing is kept. For anybody of the house, one bundle at a time", refusals: []int{s429}}, a.checkBundle)
	body := fileBody()
	form := body.Content["multipart/form-data"].Schema
	form.Properties["earlier"] = &huma.Schema{
		Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}, MaxItems: new(maxEarlier),
		Description: "Signed checkpoints that were learned earlier: only these find a history that was made anew with the server's own key.",
	}
	a.huma.OpenAPI().Paths["/api/v1/bundle-checks"].Post.RequestBody = body
}

func (a *API) checkBundle(ctx context.Context, in *bundleCheck) (answered *auditAnswer, err error) {
	end, err := a.checks.begin(ctx, actor(ctx).Person) // before the body is read
	if err != nil {
		return nil, err
	}
	defer end()
	file, done, err := passing("ismskit-bundle-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	size, earlier, err := broughtBundle(in.request, file)
	if err != nil {
		return nil, err
	}
	report, err := a.kit.Evidence().VerifyBundle(ctx, actor(ctx), file, size, earlier...)
	if err != nil {
		return nil, err
	}
	return auditView(report, langOf(ctx)), nil
}

// checks are the places of the bundles that are being checked. A person has one of them at a time:
// whoever sends slowly keeps nobody from the others.
type checks struct {
	places chan struct{}
	mu     sync.Mutex
	by     map[string]bool // who has one, or waits for it
}

func newChecks() *checks {
	return &checks{places: make(chan struct{}, maxChecks), by: map[string]bool{}}
}

// begin takes a place for somebody, until end: errCheckUnderWay where he has one, and errChecksFull
// where none has become free.
func (c *checks) begin(ctx context.Context, person string) (end func(), err error) {
	if !c.first(person) {
		return nil, errCheckUnderWay
	}
	full := time.NewTimer(checkPatience)
	defer full.Stop()
	select {
	case c.places <- struct{}{}:
		return func() { <-c.places; c.gone(person) }, nil
	case <-full.C:
		err = errChecksFull
	case <-ctx.Done():
		err = ctx.Err()
	}
	c.gone(person)
	return nil, err
}

func (c *checks) first(person string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by[person] {
		return false
	}
	c.by[person] = true
	return true
}

func (c *checks) gone(person string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.by, person)
}

// broughtBundle writes the bundle of a body to w, and reads the checkpoints beside it: the body
// is the bundle, or has it as the part called file and each checkpoint as one called earlier.
func broughtBundle(r *http.Request, w io.Writer) (size int64, earlier [][]byte, err error) {
	parts, err := partsOf(r)
	if err != nil {
		return 0, nil, err
	}
	if parts == nil {
		size, err = io.Copy(w, &faithful{r: r.Body})
		return size, nil, err
	}
	found := false
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return 0, nil, err
		}
		if err != nil {
			return 0, nil, errors.Join(errCutOff, err)
		}
		switch {
		case part.FormName() == "file" && !found:
			found = true
			if size, err = io.Copy(w, &faithful{r: part}); err != nil {
				return 0, nil, err
			}
		case part.FormName() == "earlier":
			note, err := io.ReadAll(io.LimitReader(&faithful{r: part}, maxNote+1))
			if err != nil {
				return 0, nil, err
			}
			if earlier = append(earlier, note); len(note) > maxNote || len(earlier) > maxEarlier {
				return 0, nil, &http.MaxBytesError{Limit: maxNote}
			}
		}
	}
	if !found {
		return 0, nil, errCutOff
	}
	return size, earlier, nil
}
