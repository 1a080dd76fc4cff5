package ismskit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/catalog"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/storage/memory"
)

// A type that wants to know of an item what its list does not say is refused before
// anything starts.
func TestAFactIsAColumnOfItsList(t *testing.T) {
	for column, told := range map[string]string{
		"secret": "lines.privileged: list systems has no column items.secret",
		"note":   "lines.privileged: column items.note of list systems is a text, not a boolean",
	} {
		types, err := catalog.Types()
		if err != nil {
			t.Fatal(err)
		}
		for _, typ := range types {
			for i := range typ.Form.Fields {
				for _, c := range typ.Form.Fields[i].Fields {
					if c.Key == "privileged" {
						c.Fact.Column = column
					}
				}
			}
		}
		_, err = ismskit.New(ismskit.Config{Store: memory.New(), Blobs: memory.NewBlobs(), Types: types, Hooks: catalog.Hooks()})
		if err == nil || !strings.Contains(err.Error(), told) {
			t.Errorf("%s: %v", column, err)
		}
	}
}

// A type files its cases under a document or under none: what would file them under something
// else is refused, and stays where it is only an old version that goes on.
func TestATypeFilesUnderNothingButADocument(t *testing.T) {
	under := func(version, of string) ismskit.Type {
		typ := memo(t, memoFlow)
		typ.Version, typ.Form.Version, typ.Flow.Version = version, version, version
		params := map[string]any{"of": of}
		if of == "register" {
			params["list"] = register.Systems
		}
		typ.Form.Fields = append(typ.Form.Fields, forms.Field{Key: "under", Type: "ref", Label: forms.Text{"zh-TW": "所屬文件", "en": "Document"}, Params: params})
		typ.Facets.Document = "under"
		return typ
	}
	begins := func(types ...ismskit.Type) error {
		_, err := ismskit.New(ismskit.Config{Store: memory.New(), Types: types})
		return err
	}
	if err := begins(under("1", "document")); err != nil {
		t.Errorf("a document: %v", err)
	}
	if err := begins(under("1", "register")); err == nil || !strings.Contains(err.Error(), `type memo 1: facets: "under" refers to no document`) {
		t.Errorf("a system: %v", err)
	}
	if err := begins(under("1", "register"), under("2", "document")); err != nil {
		t.Errorf("an old version: %v", err)
	}
	// It does not come back into use either.
	o := openOfficeWith(t, nil, changing(under("1", "register"), under("2", "document")))
	var refused *ismskit.Unpublishable
	_, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "1", InUse: "2", Reason: "試"})
	if !errors.As(err, &refused) || len(refused.Problems) != 1 || !strings.Contains(refused.Problems[0].Text.In("zh-TW"), "「所屬文件」欄位決定案件歸於哪一份文件") {
		t.Errorf("brought back: %v", err)
	}
	if _, err := o.versions().Use(o.ctx, o.as("P04"), ismskit.VersionChange{Type: "memo", Version: "9", InUse: "2", Reason: "試"}); !errors.Is(err, ismskit.ErrNotFound) {
		t.Errorf("one that there is none of: %v", err)
	}
}
