package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/register"
)

// start says what a database was begun as. It stands in the list of settings, so
// that a later start needs no flag, and a server killed at its first start is
// told from one that was at work.
type start string

const (
	startNone    start = ""
	startLoading start = "loading"
	startDemo    start = "demo"
	startOwn     start = "own"
)

const settingStart = "refserver.start"

// errCutOff says that a first start was killed half-way on a database that only
// its administrator may clear.
var errCutOff = errors.New(`the first start on this database was cut off; drop its schema "isms" and start again`)

// begin finds out what the database holds and fills an empty one. Only one server
// at a time does this.
func begin(ctx context.Context, o options, k *kept, fill func(ctx context.Context, as start) error) (as start, err error) {
	err = k.alone(ctx, func() error {
		as, err = startOf(ctx, k)
		if err != nil {
			return err
		}
		if as == startDemo || as == startOwn {
			return noteSigned(ctx, k) // an earlier program knew no such setting
		}
		if as == startLoading {
			if k.wipe == nil {
				return errCutOff
			}
			if err := k.wipe(ctx); err != nil {
				return err
			}
		}
		as = startDemo
		if o.empty {
			as = startOwn
		}
		if err := noteStart(ctx, k, startLoading); err != nil {
			return err
		}
		if err := fill(ctx, as); err != nil {
			return err
		}
		return noteStart(ctx, k, as)
	})
	return as, err
}

// startOf reads what was noted. A database with people and without a note was
// begun by somebody else's program: it is an organisation's own.
func startOf(ctx context.Context, k *kept) (start, error) {
	lists, err := listsOf(k)
	if err != nil {
		return startNone, err
	}
	system := ismskit.System("setup")
	row, _, err := lists.Get(ctx, system, register.Settings, settingStart)
	if errors.Is(err, ismskit.ErrNotFound) {
		people, err := lists.Rows(ctx, system, register.Query{List: register.People, Limit: 1})
		if err == nil && len(people) > 0 {
			return startOwn, nil
		}
		return startNone, err
	}
	if err != nil {
		return startNone, err
	}
	cells, err := lists.Cells(ctx, system, row)
	if err != nil {
		return startNone, err
	}
	return start(cells[0].Text("value")), nil
}

func noteStart(ctx context.Context, k *kept, as start) error {
	lists, err := listsOf(k)
	if err != nil {
		return err
	}
	if as == startOwn {
		if err := noteSigned(ctx, k); err != nil {
			return err
		}
	}
	return putRow(ctx, lists, register.Settings, settingStart, forms.Values{
		"key": settingStart, "title": "本系統啟用方式", "title_en": "How this server was begun", "value": string(as),
	})
}

// noteSigned puts the setting there by which a house says whether its documents change by sign-off
// alone, unless it is: a page changes what there is.
func noteSigned(ctx context.Context, k *kept) error {
	lists, err := listsOf(k)
	if err != nil {
		return err
	}
	_, _, err = lists.Get(ctx, ismskit.System("setup"), register.Settings, ismskit.SettingSigned)
	if !errors.Is(err, ismskit.ErrNotFound) {
		return err
	}
	return putRow(ctx, lists, register.Settings, ismskit.SettingSigned, forms.Values{
		"key": ismskit.SettingSigned, "title": "文件制修廢一律經簽核", "title_en": "Documents change by sign-off alone", "value": "否",
		"note": "填「是」者，文管人員不得直接登錄新版次、廢止或停止適用，須填文件變更申請單或公文簽准文件登錄單。",
	})
}

// listsOf are the living lists alone, without types and people.
func listsOf(k *kept) (ismskit.Registers, error) {
	kit, err := ismskit.New(ismskit.Config{Store: k.store})
	if err != nil {
		return ismskit.Registers{}, err
	}
	return kit.Registers(), nil
}

// putRow adds a row, or changes the one that is there.
func putRow(ctx context.Context, lists ismskit.Registers, list, id string, values forms.Values) error {
	system := ismskit.System("setup")
	row, _, err := lists.Get(ctx, system, list, id)
	if err != nil && !errors.Is(err, ismskit.ErrNotFound) {
		return err
	}
	_, err = lists.Put(ctx, system, ismskit.RowChange{List: list, ID: id, Seen: row.Revision, Values: values})
	if err != nil {
		return fmt.Errorf("list %s, %s: %w", list, id, err)
	}
	return nil
}
