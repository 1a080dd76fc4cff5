package ismskit_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/record"
	"github.com/ismskit/ismskit/ismskit/register"
)

// class changes a class of the house's scale, or adds one.
func (o *office) class(id string, values forms.Values) error {
	o.t.Helper()
	row, _, err := o.kit.Registers().Get(o.ctx, ismskit.System("test"), register.Classes, id)
	if err != nil && !errors.Is(err, ismskit.ErrNotFound) {
		o.t.Fatal(err)
	}
	_, err = o.kit.Registers().Put(o.ctx, ismskit.System("test"), ismskit.RowChange{List: register.Classes, ID: id, Seen: row.Revision, Values: values})
	return err
}

func classRow(name string, place int64, readers string) forms.Values {
	return forms.Values{"name": name, "place": place, "readers": readers}
}

func (o *office) mustClass(id string, values forms.Values) {
	o.t.Helper()
	if err := o.class(id, values); err != nil {
		o.t.Fatalf("%s: %v", id, err)
	}
}

// An agency adds 「極機密」 above 機密, 「限閱」 between 內部使用 and 密, and 「公開」 below all: from that
// moment documents are filed with them, and read as each says. Nobody who may not read one learns of
// it from a list, a facet, a count or a search.
func TestB1_1AnAgencyAddsClassesToTheScale(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		file := func(actor ismskit.Actor, class string) error {
			_, err := o.kit.Documents().Put(o.ctx, actor, ismskit.Filing{
				Document: document.Document{ID: "doc-" + class, Number: "IS-02-" + class, Title: map[string]string{"zh-TW": "程序書 " + class}, Level: 2, Class: class},
				Version:  document.Version{Label: "1.0", Issued: "2026-01-05"}, WithVersion: true,
			})
			return err
		}
		var refused document.Refusals
		if err := file(ismskit.System("test"), "top"); !errors.As(err, &refused) || len(refused) != 1 || refused[0].Field != document.FieldClass || !strings.Contains(refused.Error(), "general 一般") {
			t.Errorf("a class that is not on the list yet: %v", err)
		}
		o.mustClass("top", classRow("極機密", 50, "named"))
		o.mustClass("limited", classRow("限閱", 25, "named"))
		o.mustClass("public", classRow("公開", 5, "house"))
		for _, class := range []string{"top", "limited", "public", ismskit.ClassInternal, ismskit.ClassSecret} {
			if err := file(ismskit.System("test"), class); err != nil {
				t.Fatal(class, err)
			}
		}
		for _, test := range []struct {
			person       string
			reads, hides string
		}{
			{"P13", "internal public", "limited secret top"},
			{"P04", "internal limited public secret top", ""},
		} {
			docs, err := o.kit.Documents().List(o.ctx, o.as(test.person), document.Query{})
			entries, err2 := o.kit.Documents().Lists().Entries(o.ctx, o.as(test.person), document.Query{}, "")
			var listed, entered []string
			for _, d := range docs {
				listed = append(listed, d.Class)
			}
			for _, e := range entries {
				entered = append(entered, e.Class)
			}
			slices.Sort(listed)
			slices.Sort(entered)
			if errors.Join(err, err2) != nil || strings.Join(listed, " ") != test.reads || strings.Join(entered, " ") != test.reads {
				t.Errorf("%s: listed %q, entered %q, want %q; %v", test.person, listed, entered, test.reads, errors.Join(err, err2))
			}
			found, err := o.kit.Records().Find(o.ctx, o.as(test.person), record.Query{Text: "程序書", Limit: 20}, record.ByClass)
			if err != nil {
				t.Fatal(err)
			}
			var counted []string
			for _, b := range found.Counts[record.ByClass] {
				counted = append(counted, b.Value)
			}
			slices.Sort(counted)
			if strings.Join(counted, " ") != test.reads || len(found.Records) != len(strings.Fields(test.reads)) {
				t.Errorf("%s finds %d, counted %q, want %q", test.person, len(found.Records), counted, test.reads)
			}
			for class := range strings.FieldsSeq(test.hides) {
				if _, err := o.kit.Documents().Get(o.ctx, o.as(test.person), "doc-"+class); !errors.Is(err, ismskit.ErrNotFound) {
					t.Errorf("%s opens %s: %v", test.person, class, err)
				}
				checks, err := o.kit.Documents().Check(o.ctx, o.as(test.person), ismskit.Copy{Number: "IS-02-" + class, Label: "1.0"})
				if err != nil || len(checks) != 0 {
					t.Errorf("%s checks %s: %v, %v", test.person, class, checks, err)
				}
			}
		}
		// What is retired stays readable on what carries it, and is chosen no more.
		retired := classRow("公開", 5, "house")
		retired["retired"] = true
		o.mustClass("public", retired)
		if view, err := o.kit.Documents().Get(o.ctx, o.as("P13"), "doc-public"); err != nil || view.Class != "public" {
			t.Errorf("a document of a retired class: %+v, %v", view.Document, err)
		}
		scale, err := o.kit.Documents().Lists().Classes(o.ctx, o.as("P13"))
		if err != nil || scale.Name("public", "zh-TW") != "公開" || scale.Name("top", "en") != "極機密" || len(scale) != 7 || len(scale.Choices("")) != 6 {
			t.Errorf("the scale: %+v, %v", scale, err)
		}
	})
}

// What would open what is closed, leave the order unclear or nothing to choose is refused at its field.
func TestClassesThatCannotBeAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		id    string
		row   forms.Values
		field string
		code  string
	}{
		"two in one place":           {"limited", classRow("限閱", 30, "named"), "place", "classes.place_taken"},
		"an open one above a closed": {"public", classRow("公開", 35, "house"), "place", "classes.open_above"},
		"a closed one below an open": {"limited", classRow("限閱", 15, "named"), "place", "classes.open_above"},
		"a closed one moved below":   {ismskit.ClassSecret, classRow("機密", 5, "named"), "place", "classes.open_above"},
		"a standard one opened":      {ismskit.ClassConfidential, classRow("密", 30, "house"), "readers", "classes.readers_fixed"},
		"a standard one closed":      {ismskit.ClassInternal, classRow("內部使用", 20, "named"), "readers", "classes.readers_fixed"},
		"a name that another has":    {"limited", classRow("密", 25, "named"), "name", "classes.name_taken"},
		"one that it has in English": {"limited", classRow("confidential", 25, "named"), "name", "classes.name_taken"},
		"no place":                   {"limited", forms.Values{"name": "限閱", "readers": "named"}, "place", "required"},
		"no reading rule":            {"limited", forms.Values{"name": "限閱", "place": int64(25)}, "readers", "required_choose"},
	} {
		t.Run(name, func(t *testing.T) {
			var wrong forms.Invalid
			if err := openOffice(t, nil).class(test.id, test.row); !errors.As(err, &wrong) || wrong[0].Field != test.field || wrong[0].Code != test.code {
				t.Errorf("%v, want %s at %s", err, test.code, test.field)
			}
		})
	}
	t.Run("the last open one retired", func(t *testing.T) {
		o := openOffice(t, nil)
		general, internal := classRow("一般", 10, "house"), classRow("內部使用", 20, "house")
		general["retired"], internal["retired"] = true, true
		o.mustClass(ismskit.ClassGeneral, general)
		var wrong forms.Invalid
		if err := o.class(ismskit.ClassInternal, internal); !errors.As(err, &wrong) || wrong[0].Field != "retired" || wrong[0].Code != "classes.none_open" {
			t.Errorf("%v", err)
		}
	})
	t.Run("another name and place", func(t *testing.T) {
		o := openOffice(t, nil)
		o.mustClass(ismskit.ClassSecret, classRow("極密", 45, "named"))
		scale, err := o.kit.Documents().Lists().Classes(o.ctx, o.as("P13"))
		if err != nil || scale.Name(ismskit.ClassSecret, "zh-TW") != "極密" {
			t.Errorf("%+v, %v", scale, err)
		}
	})
	t.Run("by who looks after documents alone", func(t *testing.T) {
		o := openOffice(t, nil)
		_, err := o.kit.Registers().Put(o.ctx, o.as("P13"), ismskit.RowChange{List: register.Classes, ID: "limited", Values: classRow("限閱", 25, "named")})
		if !errors.Is(err, ismskit.ErrForbidden) {
			t.Errorf("%v", err)
		}
	})
}

// A class that everybody of the house may read is not added under a key that something carries already:
// what the named alone read until then would be everybody's.
func TestAnOpenClassIsNotAddedUnderAKeyThatSomethingCarries(t *testing.T) {
	eachStore(t, func(t *testing.T, o *office) {
		err := o.store.Update(o.ctx, func(ctx context.Context, tx ismskit.Tx) error {
			acl := record.NewACL("", "of-a-case", "", "")
			return errors.Join(
				tx.Documents().PutDocument(ctx, document.Document{ID: "d1", Revision: 1, Number: "IS-02-077", Level: 2, State: document.Draft, Class: "of-a-document", Title: map[string]string{"zh-TW": "程序書"}}),
				tx.Records().PutACL(ctx, acl),
				tx.Records().Put(ctx, record.Record{ID: "case/c1", Kind: "case", Case: "c1", Class: "of-a-case", ACL: acl.ID, Filed: o.now}),
			)
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"of-a-document", "of-a-case"} {
			var wrong forms.Invalid
			if err := o.class(id, classRow("公開 "+id, 5, "house")); !errors.As(err, &wrong) || wrong[0].Field != "readers" || wrong[0].Code != "classes.carried" {
				t.Errorf("%s: %v", id, err)
			}
			if err := o.class(id, classRow("限閱 "+id, int64(60+len(id)), "named")); err != nil {
				t.Errorf("%s for the named alone: %v", id, err)
			}
		}
		o.mustClass("public", classRow("公開", 5, "house"))
	})
}
