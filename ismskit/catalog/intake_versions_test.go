package catalog

import (
	"strings"
	"testing"

	"github.com/ismskit/ismskit/ismskit"
)

// U13: of a version that stands in the index twice each line names the other, also where a title is written
// with other spaces; that it is registered already is said of one that is, and whether with the same file.
func TestU13AVersionThatIsThereTwiceIsSaidOfTheRightOne(t *testing.T) {
	everywhere(t, func(t *testing.T, o *office) {
		r := o.handIn("P07", papers(
			paper("IS-03-070", "備份說明書", "1.0", "108.3.1"),
			paper("IS-03-070", "備份 說明書", "1.0", "108.3.2"),
			paper("IS-03-070", "備份說明書", "1.1", "109.3.1"),
		))
		if says := saidOf(r); r.Counts[ismskit.IntakeWrong] != 1 || !strings.Contains(says, "與第 3 列是同一文件的同一版次（1.0 版）") || strings.Contains(says, "已登錄") {
			t.Errorf("of a new document:\n%s", says)
		}
		first := papers(paper("IS-03-070", "備份說明書", "1.0", "108.3.1"))
		o.takeIn("P07", o.handIn("P07", first))
		for _, test := range []struct{ content, says string }{
			{"", "1.0 版已登錄在系統中，這一列不必匯入"},
			{"另一份", "1.0 版已登錄在系統中，但登錄的檔案與本列不同"},
		} {
			again := papers(paper("IS-03-070", "備份　說明書", "1.0", "108.3.1", "files", "甲.txt"))
			again.files["甲.txt"] = first.files["備份說明書-0.txt"]
			if test.content != "" {
				again.files["甲.txt"].Data = []byte(test.content)
			}
			if says := saidOf(o.handIn("P07", again)); !strings.Contains(says, test.says) {
				t.Errorf("of one that is registered:\n%s", says)
			}
		}
	})
}
