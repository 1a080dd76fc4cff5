package ismskit_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/evidence"
)

// Three years later no program knows the form any more: the bundle has it, with its flow, as it
// was when the decisions were signed that bind its digest.
func TestABundleHoldsTheFormAndFlowThatWereSigned(t *testing.T) {
	o := signingOffice(t, nil, aKey(t, "isms.example"))
	sent := []string{o.apply("P13", threeRows()).Case, o.apply("P13", threeRows()).Case}
	o.until(monday.AddDate(0, 0, 1))
	bundle := o.export("P13", ismskit.Export{Cases: sent, Imprint: ismskit.Imprint{Lang: "zh-TW"}})
	if r := o.verifyBundle(bundle); !r.Holds() {
		t.Fatalf("%v", r.Findings)
	}
	files := unzipped(t, bundle)
	var manifest struct {
		Cases []struct {
			Type  string
			Files []evidence.Attachment
		}
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	for _, c := range manifest.Cases {
		key, version, _ := strings.Cut(c.Type, "@")
		var found []evidence.Attachment
		for _, f := range c.Files {
			if f.Name == "表單與流程定義（"+key+" 第 "+version+" 版）.json" {
				found = append(found, f)
			}
		}
		if len(found) != 1 {
			t.Fatalf("%s: its files are %+v", c.Type, c.Files)
		}
		typ, err := ismskit.ParseType(files["files/"+found[0].SHA256.String()])
		if err != nil || typ.Key != key || typ.Version != version || len(typ.Form.Fields) == 0 {
			t.Errorf("%s: the file holds %s %s (%v)", c.Type, typ.Key, typ.Version, err)
		}
	}
	for _, id := range sent {
		for _, e := range o.read("P13", id).Trail {
			if files["files/"+e.Definition] == nil {
				t.Errorf("entry %d was signed by the definition %q, which is not in the bundle", e.Seq, e.Definition)
			}
		}
	}
}

// unzipped are the files of a bundle.
func unzipped(t *testing.T, bundle []byte) map[string][]byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
