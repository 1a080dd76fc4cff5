package ismskit

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit/register"
)

// InLanguage are values that the actor has before him with the rows of registers
// called as they are called in a language. What was sent stays what was sent: a row
// that has been renamed since keeps the name it had, as does one that he may not read.
// People keep their own names, as in what they sign.
func (r Registers) InLanguage(ctx context.Context, actor Actor, lang string, values ...forms.Values) ([]forms.Values, error) {
	r.k = r.k.once()
	if lang == r.k.cfg.Lang {
		return values, nil
	}
	asked := map[string][]string{}
	for _, v := range values {
		eachRef(v, func(ref forms.Ref) forms.Ref {
			if list := listOf(ref); list != "" && list != register.People && !slices.Contains(asked[list], ref.ID) {
				asked[list] = append(asked[list], ref.ID)
			}
			return ref
		})
	}
	called := map[forms.Ref]string{}
	for list, ids := range asked {
		err := r.mayRead(ctx, actor, list)
		if err == nil {
			err = r.callIn(ctx, actor, lang, list, ids, called)
		}
		if ignoreNotFound(err) != nil {
			return nil, err
		}
	}
	out := make([]forms.Values, len(values))
	for i, v := range values {
		out[i] = eachRef(v, func(ref forms.Ref) forms.Ref {
			if name, ok := called[forms.Ref{List: listOf(ref), ID: ref.ID, Name: ref.Name}]; ok {
				ref.Name = name
			}
			return ref
		})
	}
	return out, nil
}

// Called are the names of units, groups, outside offices and systems and the titles of posts in
// a language, by those they have in the Kit's own, for what was put on record by its name alone. A name that
// stands for several which are called differently is left out, as is one that has no
// other. The map is shared and must not be changed.
func (p People) Called(ctx context.Context, actor Actor, lang string) (map[string]string, error) {
	p.k = p.k.once()
	if lang == p.k.cfg.Lang {
		return nil, nil
	}
	lists := []string{register.Units, register.Posts, register.Systems, register.Groups, register.Offices}
	for _, list := range lists {
		if err := Registers(p).mayRead(ctx, actor, list); err != nil {
			return nil, err
		}
	}
	if p.k.joined { // what its transaction changed is nobody else's yet
		return p.readCalled(ctx, lang, lists)
	}
	var stamp int64
	err := p.k.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		stamp, err = tx.Registers().Stamp(ctx, lists...)
		return err
	})
	if err != nil {
		return nil, err
	}
	names, known := p.k.called.since(lang, stamp)
	if known {
		return names, nil
	}
	if names, err = p.readCalled(ctx, lang, lists); err == nil {
		p.k.called.keep(lang, stamp, names)
	}
	return names, err
}

// callings are what a server knows of Called: a house of hundreds of units would else be
// read whole for every page in another language.
type callings struct {
	mu    sync.Mutex
	names map[string]calling // by language
}

type calling struct {
	stamp int64 // of the lists when they were read
	names map[string]string
}

func (c *callings) since(lang string, stamp int64) (map[string]string, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.names[lang]
	return known.names, ok && known.stamp == stamp
}

func (c *callings) keep(lang string, stamp int64, names map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names == nil {
		c.names = map[string]calling{}
	}
	c.names[lang] = calling{stamp, names}
}

func (p People) readCalled(ctx context.Context, lang string, lists []string) (map[string]string, error) {
	out, several := map[string]string{}, map[string]bool{}
	for _, list := range lists {
		rows, err := p.rows(ctx, register.Query{List: list})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			own, err := p.k.lists.Title(row, p.k.cfg.Lang)
			if err != nil {
				return nil, err
			}
			name, err := p.k.lists.Title(row, lang)
			if err != nil {
				return nil, err
			}
			if before, ok := out[own]; ok && before != name {
				several[own] = true
			}
			out[own] = name
		}
	}
	maps.DeleteFunc(out, func(own, name string) bool { return several[own] || own == name })
	return out, nil
}

// callIn notes what rows of a list are called in a language, by list, id and the name
// they have in the Kit's own.
func (r Registers) callIn(ctx context.Context, actor Actor, lang, list string, ids []string, called map[forms.Ref]string) error {
	var rows []register.Row
	err := r.k.store.View(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Registers().Rows(ctx, register.Query{List: list, IDs: ids})
		rows = found
		return err
	})
	if err != nil {
		return err
	}
	sight, err := r.sightOf(ctx, actor, list)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if _, _, ok, err := sight.of(row); err != nil {
			return err
		} else if !ok {
			continue
		}
		own, err := r.k.lists.Title(row, r.k.cfg.Lang)
		if err != nil {
			return err
		}
		if called[forms.Ref{List: list, ID: row.ID, Name: own}], err = r.k.lists.Title(row, lang); err != nil {
			return err
		}
	}
	return nil
}

// listOf is the register that a reference points into, "" for another kind.
func listOf(ref forms.Ref) string {
	if ref.List == "unit" {
		return register.Units
	}
	list, of := strings.CutPrefix(ref.List, "register/")
	if !of {
		return ""
	}
	return list
}

// eachRef gives values with every reference in them as change gives it.
func eachRef(values forms.Values, change func(forms.Ref) forms.Ref) forms.Values {
	out := values.Clone()
	cell := func(v any) any {
		switch v := v.(type) {
		case forms.Ref:
			return change(v)
		case []forms.Ref:
			refs := make([]forms.Ref, len(v))
			for i, ref := range v {
				refs[i] = change(ref)
			}
			return refs
		}
		return v
	}
	for key, v := range out {
		rows, ok := v.([]forms.Row)
		if !ok {
			out[key] = cell(v)
			continue
		}
		for _, row := range rows {
			for column, v := range row {
				row[column] = cell(v)
			}
		}
	}
	return out
}
