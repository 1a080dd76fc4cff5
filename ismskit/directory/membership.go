package directory

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ismskit/ismskit/ismskit/register"
)

// Membership is what a person belongs to at a moment.
type Membership struct {
	Active bool   // in the house
	Unit   string // where he works
	// CountsIn are Unit, the units it has taken over and, where it has ended, its successors:
	// what people of one of these may, he may (U2).
	CountsIn []string
	Heads    []string // units he heads, with all beneath them and those they took over
	Posts    []string
	Roles    []string // "module/role"
	Pools    []string // keys under which tasks come to him
	// Systems are the application systems he owns or administers.
	Systems []string
}

// systemFields name the people of a system who see its records (B3.8).
var systemFields = []string{"owner", "admins", "backup_admins"}

// Membership returns what a person belongs to; for somebody who is not in the
// house, nothing.
func (d *Directory) Membership(ctx context.Context, person string, at time.Time) (Membership, error) {
	p, known, err := d.Person(ctx, person)
	if err != nil || !known || !p.Active(at) || p.External {
		return Membership{}, err
	}
	m := Membership{Active: true, Unit: p.Unit}
	if m.Heads, err = d.Heads(ctx, person, at); err != nil {
		return Membership{}, err
	}
	if m.Pools, err = d.Pools(ctx, person, at); err != nil {
		return Membership{}, err
	}
	posts, err := d.PostsOf(ctx, person, at)
	if err != nil {
		return Membership{}, err
	}
	for i, h := range posts {
		m.Posts = append(m.Posts, h.Post)
		if i == 0 && h.Unit != "" {
			m.Unit = h.Unit
		}
	}
	roles, err := d.Roles(ctx, person, at)
	if err != nil {
		return Membership{}, err
	}
	for _, r := range roles {
		m.Roles = append(m.Roles, r.Module+"/"+r.Key)
	}
	m.Systems = systemsOf(m.Pools)
	m.CountsIn, err = d.CountsIn(ctx, m.Unit, at)
	return m, err
}

// systemsOf reads the systems out of the pools a person belongs to.
func systemsOf(pools []string) []string {
	var out []string
	for _, pool := range pools {
		list, row, field, ok := rowOfPool(pool)
		if ok && list == register.Systems && slices.Contains(systemFields, field) && !slices.Contains(out, row) {
			out = append(out, row)
		}
	}
	return out
}

func rowOfPool(pool string) (list, row, field string, ok bool) {
	rest, ok := strings.CutPrefix(pool, "row:")
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}
