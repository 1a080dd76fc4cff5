package ismskit_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/ismskit/register"
)

// bareDirectory is a host's that only answers who holds what.
type bareDirectory struct{ house ismskit.Directory }

func (b bareDirectory) Resolve(ctx context.Context, q []directory.Question) ([]directory.Answer, error) {
	return b.house.Resolve(ctx, q)
}

// What a host's directory cannot do is said when the server starts, by name and
// with what follows; the Kit's own can do everything. An absence that could have no
// effect is refused.
func TestWhatADirectoryCannotDoIsSaidAtTheStart(t *testing.T) {
	o := openOffice(t, nil)
	var log bytes.Buffer
	told := func(more func(*ismskit.Config)) string {
		log.Reset()
		o.extend(func(c *ismskit.Config) {
			c.Log = slog.New(slog.NewTextHandler(&log, nil))
			more(c)
		})
		return log.String()
	}
	if said := told(func(*ismskit.Config) {}); strings.Contains(said, "does not implement") {
		t.Errorf("of the Kit's own directory: %s", said)
	}
	builtin, err := register.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := register.New(register.Config{Lists: builtin, Types: forms.StandardTypes(), Location: taipei})
	if err != nil {
		t.Fatal(err)
	}
	house := ismskit.DirectoryIn(o.store, lists, func() time.Time { return o.now })
	said := told(func(c *ismskit.Config) { c.Directory = bareDirectory{house} })
	if _, told := o.away("P11", 0, 3, "P12"); !strings.HasPrefix(told, "ordered: ") || !strings.Contains(told, "未提供職務代理") {
		t.Errorf("an absence that nobody would ever act in: %q", told)
	}
	for _, power := range []string{"Searcher", "Deputising", "Memberships", "Roster", "Addresses", "Bound"} {
		if !strings.Contains(said, "does not implement "+power) {
			t.Errorf("nothing is said of %s: %s", power, said)
		}
	}
}
