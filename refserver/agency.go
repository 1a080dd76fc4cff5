package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/refserver/web"
)

// agencyName is what the organisation is called: the agency at the top of the
// list of units. It is asked for on every page, so it is remembered for a while, and
// so is that it can't be told: nobody waits for a database that is away only for the
// heading of his page.
type agencyName struct {
	ask func(ctx context.Context) (name, en string, err error)

	mu       sync.Mutex
	name, en string
	next     time.Time // when it is asked for again
}

const (
	nameFresh = time.Minute
	nameRetry = 5 * time.Second
)

// shell are the organisation's names on a page, in the reader's language.
func (a *agencyName) shell(texts *web.Texts) func(r *http.Request) web.Shell {
	return func(r *http.Request) web.Shell {
		name, nameEN := a.get(r.Context())
		shell := web.Shell{Agency: name, System: systemName, Seal: sealOf}
		if texts.Choose(r) == "en" {
			shell.System = systemNameEN
			if nameEN != "" {
				shell.Agency = nameEN
			}
		}
		return shell
	}
}

// imprint is what the organisation says on a print.
func (a *agencyName) imprint(texts *web.Texts) func(ctx context.Context, lang string) ismskit.Imprint {
	return func(ctx context.Context, lang string) ismskit.Imprint {
		name, nameEN := a.get(ctx)
		if lang == "en" && nameEN != "" {
			name = nameEN
		}
		return ismskit.Imprint{Agency: name, Lang: lang, Note: texts.Text(lang, "print.note")}
	}
}

// get asks outside of the lock: the first to come, once what is known is old. The
// others go on with that; where nothing is known yet everybody asks for himself.
func (a *agencyName) get(ctx context.Context) (name, en string) {
	a.mu.Lock()
	name, en = a.name, a.en
	due := !time.Now().Before(a.next)
	if due && name != "" {
		a.next = time.Now().Add(nameRetry)
	}
	a.mu.Unlock()
	if !due {
		return name, en
	}
	newName, newEN, err := a.ask(ctx)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err == nil:
		a.name, a.en, a.next = newName, newEN, time.Now().Add(nameFresh)
	case ctx.Err() == nil: // else the reader has gone, which says nothing of the database
		a.next = time.Now().Add(nameRetry)
	}
	return a.name, a.en // what was known is good enough for a heading
}

func topAgency(ctx context.Context, kit *ismskit.Kit) (name, en string, err error) {
	rows, err := kit.Registers().Rows(ctx, ismskit.System("pages"), agencies())
	if err != nil {
		return "", "", err
	}
	all, err := kit.Registers().Cells(ctx, ismskit.System("pages"), rows...)
	if err != nil {
		return "", "", fmt.Errorf("units: %w", err)
	}
	for _, cells := range all {
		if cells.ID("parent") == "" {
			return cells.Text("name"), cells.Text("name_en"), nil
		}
	}
	return "", "", nil
}
