package catalog

import (
	"slices"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/storage/memory"
)

// Whoever signs a comparison reads in it what it leaves out: headers, comments, tracked changes.
func TestB1_3AComparisonSaysWhatItLeavesOut(t *testing.T) {
	o := openOffice(t, memory.New())
	word := func(body string, more ...string) string {
		return zipped(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document xmlns:w="w"><w:body>` + body + `</w:body></w:document>`}, more...)...)
	}
	said := func(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }
	before := o.issued("IS-02-801", "before.docx", word(said("一、目的"), "word/header1.xml", `<w:hdr xmlns:w="w">`+said("1.0 版")+`</w:hdr>`))
	after := o.upload("P13", "after.docx", word(said("一、目的及依據")+`<w:p><w:del><w:r><w:delText>舊</w:delText></w:r></w:del></w:p>`))
	r := o.asked("P13", revising(before, after))
	c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case)
	must(t, err)
	left, _ := c.Fields["not_compared"].([]string)
	if c.Fields["compared"] != ismskit.ComparedDiffers || !slices.Equal(left, []string{"headers", "deleted"}) {
		t.Errorf("%v, left out: %v", c.Fields["compared"], left)
	}
}

// Two files that are too large together are not read, and the request says of the larger one that
// it is to be compared by hand.
func TestB1_3FilesTooLargeToCompareAreSaidToBe(t *testing.T) {
	o := openOffice(t, memory.New())
	f := o.upload("P07", "before.txt", "一、目的")
	id, err := o.kit.Documents().Put(o.ctx, ismskit.System("test"), ismskit.Filing{
		Document: document.Document{Number: "IS-02-801", Title: map[string]string{"zh-TW": "程序書"}, Level: 2, Class: "internal"},
		Version:  document.Version{Label: "1.0", Issued: "2026-11-02", Files: []document.File{{Name: f.Name, Digest: f.Digest, MediaType: f.MediaType, Size: 24 << 20, Main: true}}},
	})
	must(t, err)
	values := o.revision("P13", date(11, 30))
	ref := o.issued("IS-02-802", "other.txt", "一、目的")
	ref.ID = id
	values["document"], values["file"] = ref, o.upload("P13", "after.txt", "一、目的及依據")
	r := o.asked("P13", values)
	c, err := o.kit.Case(o.ctx, o.as("P07"), r.Case)
	must(t, err)
	if c.Fields["compared"] != "old_large" || c.Fields["comparison"] != nil {
		t.Errorf("%v, %v", c.Fields["compared"], c.Fields["comparison"])
	}
}
