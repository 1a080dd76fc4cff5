package forms_test

import (
	"errors"
	"testing"

	"github.com/ismskit/ismskit/forms"
)

// called is a house with two systems, two units of one name and one person.
type called struct{}

func (called) Row(list, name string) (string, bool, error) {
	id := map[string]string{"register/systems 公文系統": "doc", "register/systems Documents": "doc", "register/systems 差勤系統": "time"}[list+" "+name]
	return id, name == "會計室", nil
}

func (called) Options(forms.Need) ([]forms.Option, error) {
	return []forms.Option{{Key: "r", Label: forms.Text{"zh-TW": "查詢", "en": "Read"}}, {Key: "w", Label: forms.Text{"zh-TW": "承辦，登錄", "en": "Write"}}}, nil
}

func (called) Knows(words string) (bool, error) { return words == "王大明 資訊室", nil }

func (called) Person(name string) (map[string]string, string, error) {
	if name == "王大明" || name == "王大明（資訊室）" {
		return map[string]string{"id": "u1"}, "", nil
	}
	return nil, "no_such_person", nil
}

func cellsForm(t testing.TB) *forms.Form {
	return oneField(t, `{"key":"system","type":"ref","label":{"zh-TW":"系統"},"params":{"of":"register","list":"systems"}},
		{"key":"also","type":"refs","label":{"zh-TW":"另有"},"params":{"of":"register","list":"systems"}},
		{"key":"rights","type":"multi_choice","label":{"zh-TW":"權限"},"options_from":{"register":"systems","of":"system","list":"items"}},
		{"key":"who","type":"person","label":{"zh-TW":"使用者"},"params":{"external":true,"expected":true}},
		{"key":"team","type":"persons","label":{"zh-TW":"小組"}},
		{"key":"head","type":"boolean","label":{"zh-TW":"主管"},"params":{"yes":{"zh-TW":"擔任"},"no":{"zh-TW":"未擔任"}}},
		{"key":"use","type":"period","label":{"zh-TW":"期間"},"params":{"open":true,"reason":true}},
		{"key":"day","type":"date","label":{"zh-TW":"日期"}}`)
}

func TestCellsOfASpreadsheetAreReadByWhatThingsAreCalled(t *testing.T) {
	form := cellsForm(t)
	line := forms.SheetLine{Sheet: "114", Row: 7}
	for at, c := range map[string][2]string{"A7": {"system", "Documents"}, "B7": {"also", "公文系統、差勤系統"}, "C7": {"rights", "承辦，登錄"},
		"D7": {"who", "陳工程師（遠山資訊）"}, "E7": {"team", "王大明"}, "F7": {"head", "擔任"}, "G7": {"use", "115.12.01 無期限（常設）"}, "H7": {"day", "0980301"}} {
		line.Cells = append(line.Cells, forms.SheetCell{Field: c[0], At: at, Text: c[1]})
	}
	for range 8 { // the options of a system are looked up once the system is known, in whichever order the columns stand
		line.Cells = append(line.Cells[1:], line.Cells[0])
		values, faults, err := form.ReadLine(line, "", called{}, nil)
		if err != nil || len(faults) > 0 {
			t.Fatal(faults, err)
		}
		want := `{"also":[{"id":"doc"},{"id":"time"}],"day":"2009-03-01","head":true,"rights":["w"],"system":{"id":"doc"},"team":[{"id":"u1","kind":"person"}],"use":{"from":"2026-12-01","open":true,"reason":"常設"},"who":{"kind":"external","name":"陳工程師","org":"遠山資訊"}}`
		if got := string(form.EncodeJSON(values)); got != want {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}

// orbeon-forms#3249, #6008: what was pasted over a drop-down is told with sheet, cell, value and reason.
func TestACellThatIsNotUnderstoodIsNamedWithItsPlace(t *testing.T) {
	form := cellsForm(t)
	for _, c := range []struct{ field, cell, code, want string }{
		{"system", "公文", "no_such_ref", "工作表「114」B7「公文」：找不到所選的資料，請重新選擇系統。"},
		{"who", "廖○林", "name_masked", "工作表「114」B7「廖○林」：姓名有遮罩，無法確定是誰，請填寫使用者的完整姓名。"},
		{"team", "王大明、廖O林", "name_masked", ""},
		{"system", "會計室", "several_refs", ""},
		{"also", "公文系統、沒有", "no_such_ref", ""},
		{"head", "也許", "cell_boolean", "工作表「114」B7「也許」：請填「是」或「否」。"},
		{"day", "98/2/30", "date_no_such_day", ""},
		{"day", "980301", "date_format", ""}, // of 98, or of 1998
		{"use", "115.13.01 至 116.11.30", "date_no_such_day", ""},
	} {
		line := forms.SheetLine{Sheet: "114", Row: 7, Cells: []forms.SheetCell{{Field: c.field, At: "B7", Text: c.cell}}}
		values, faults, err := form.ReadLine(line, "", called{}, nil)
		if err != nil || len(faults) != 1 || faults[0].Fault.Code != c.code || faults[0].Cell != "B7" || faults[0].Value != c.cell || len(values) > 0 {
			t.Errorf("%s %s: %+v %v %v", c.field, c.cell, faults, values, err)
			continue
		}
		for _, lang := range []string{"zh-TW", "en"} {
			if faults[0].Message(lang) == "" {
				t.Errorf("%s in %s has no words", c.cell, lang)
			}
		}
		if got := faults[0].Message("zh-TW"); c.want != "" && got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestMaskedNamesAreToldFromOthers(t *testing.T) {
	for name, want := range map[string]bool{"廖○林": true, "廖O林": true, "陳＊＊": true, "王X明": true, "○小華": true, "李〇": true, "廖○林（資訊室）": true,
		"王大明": false, "O'Neil": false, "": false, "○○": false, "X光片管理系統": false, "Oo": false} {
		if got := forms.Masked(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

type failing struct{ called }

var errHouse = errors.New("the directory is away")

func (failing) Row(string, string) (string, bool, error) { return "", false, errHouse }

func TestAHouseThatIsAwayIsNoFaultOfTheCell(t *testing.T) {
	line := forms.SheetLine{Cells: []forms.SheetCell{{Field: "system", At: "A1", Text: "x"}}}
	if _, _, err := cellsForm(t).ReadLine(line, "", failing{}, nil); !errors.Is(err, errHouse) {
		t.Error(err)
	}
}
