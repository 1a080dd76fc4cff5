package storage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/record"
)

// What a generated archive is made of. Some forms, states and classes are far more frequent than
// others, as in an office.
const (
	archiveForms   = 40
	archiveUnits   = 40
	archiveSystems = 60
	archivePeople  = 1500
	archiveShelves = 30 // categories

	// wordCommon stands in about two texts of five, wordSome in one of a hundred, wordRare in one
	// of ten thousand; wordOld in all of the first two years, and in none since.
	wordCommon = "帳號"
	wordSome   = "複製"
	wordRare   = "颱風"
	wordOld    = "舊制"
)

var (
	archiveBegin   = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	archiveClasses = []string{"internal", "internal", "internal", "internal", "internal", "internal", "general", "general", "confidential", "secret"}
	archiveStates  = []string{"closed", "closed", "closed", "closed", "closed", "closed", "approved", "approved", "in_review", "handling", "rejected", "withdrawn"}
	archiveOrigins = []string{"online", "online", "online", "online", "online", "online", "online", "uploaded", "paper", "imported"}
	archiveKinds   = []string{"case", "case", "case", "case", "case", "row", "row", "row", "document", "upload"}
	archiveDeeds   = []string{"帳號申請", "帳號異動", "權限清查", "防火牆規則異動", "系統變更", "資料調閱", "備份還原測試", "弱點修補", "機房進出", "帳號停用", "矯正處理", "委外廠商稽核"}
	archiveReasons = []string{"業務需要，請准予辦理", "職務調整", "新進人員到職", "依年度計畫辦理", "稽核缺失改善", "系統汰換", "主機版本更新後複測", "依資通安全管理法辦理"}
	archiveNames   = []string{"鍾明哲", "邱柏叡", "龔怡安", "溫佩真", "高若嵐", "涂正宏", "孟書瑜", "湯舒涵"}
)

func archiveForm(i int) string   { return fmt.Sprintf("IS-04-%03d", i) }
func archiveUnit(i int) string   { return fmt.Sprintf("U%02d", i) }
func archivePerson(i int) string { return fmt.Sprintf("P%04d", i) }
func archiveShelf(i int) string  { return fmt.Sprintf("C%02d", i) }
func archiveMinutes(i int) string {
	return [...]string{"minutes", "training", "drill", "scan", "inventory", "contract"}[i]
}

// archiveID is how the i-th record is called, if it is of a case.
func archiveID(i int) string { return fmt.Sprintf("case/%07d", i) }

// archiveDigest is a file of the i-th record, if it has one.
func archiveDigest(i int) string { return fmt.Sprintf("%064x", i) }

// archiveRule is who may read the records of a unit, a class and a form.
func archiveRule(unit int, class string, form int) record.ACL {
	return record.NewACL(archiveUnit(unit), class, "", fmt.Sprintf("type_%02d", form))
}

// fillArchive files so many records of six years, the same ones each time.
func fillArchive(tb testing.TB, s ismskit.Store, rows int) {
	tb.Helper()
	const batch = 2000
	step := 6 * 365 * 24 * time.Hour / time.Duration(rows)
	rules := map[string]bool{}
	for from := 0; from < rows; from += batch {
		err := s.Update(tb.Context(), func(ctx context.Context, tx ismskit.Tx) error {
			for i := from; i < min(rows, from+batch); i++ {
				if err := fileArchived(ctx, tx.Records(), rules, i, archiveBegin.Add(time.Duration(i)*step)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// fileArchived files the i-th record. What it is hangs on i alone.
func fileArchived(ctx context.Context, to record.Store, rules map[string]bool, i int, filed time.Time) error {
	r := rand.New(rand.NewPCG(uint64(i), 7))
	one := func(of []string) string { return of[r.IntN(len(of))] }
	often := func(n int) int { return min(r.IntN(n), r.IntN(n), r.IntN(n)) } // the first ones mostly
	if r.IntN(20) == 0 {
		filed = filed.Add(-time.Duration(r.IntN(400*24)) * time.Hour) // entered later than it happened
	}
	form, unit, class := often(archiveForms), r.IntN(archiveUnits), one(archiveClasses)
	acl := archiveRule(unit, class, form)
	if !rules[acl.ID] {
		if err := to.PutACL(ctx, acl); err != nil {
			return err
		}
		rules[acl.ID] = true
	}
	system, kind := r.IntN(archiveSystems), one(archiveKinds)
	v := record.Record{
		ID: archiveID(i), Kind: kind, Case: fmt.Sprintf("%07d", i), Form: archiveForm(form), Type: acl.Type, Year: filed.Year() - 1911,
		Systems: []string{fmt.Sprintf("S%02d", system)}, Unit: archiveUnit(unit), UnitName: fmt.Sprintf("第%02d科", unit),
		Person: archivePerson(r.IntN(archivePeople)), Name: one(archiveNames), State: one(archiveStates), Class: class, Origin: one(archiveOrigins),
		Filed: filed, ACL: acl.ID,
	}
	v.Number = fmt.Sprintf("%s-%d-%07d", v.Form, v.Year, i)
	v.Subject = fmt.Sprintf("%s第%02d號系統%s", v.UnitName, system, one(archiveDeeds))
	if r.IntN(3) == 0 {
		v.Systems = append(v.Systems, fmt.Sprintf("S%02d", (system+1+r.IntN(archiveSystems-1))%archiveSystems))
	}
	switch kind {
	case "row":
		v.Parent = archiveID(i - i%8)
	case "upload":
		v.Category, v.DocKind, v.Files = archiveShelf(often(archiveShelves)), archiveMinutes(often(6)), []string{archiveDigest(i)}
	}
	if err := to.Put(ctx, v); err != nil {
		return err
	}
	if err := to.Join(ctx, v.ID, v.Filed, v.Person, archivePerson(r.IntN(archivePeople))); err != nil {
		return err
	}
	text := []string{v.Number, v.Subject, v.Name, one(archiveReasons), one(archiveReasons)}
	if r.IntN(5) == 0 {
		text = append(text, wordCommon)
	}
	if r.IntN(100) == 0 {
		text = append(text, "另附"+wordSome+"本")
	}
	if filed.Year() < 2022 {
		text = append(text, wordOld)
	}
	if i%10_000 == 77 {
		text = append(text, wordRare+"停班後補辦")
	}
	return to.PutText(ctx, v.ID, strings.Join(text, "\n"))
}

// archiveReader is what the head of a unit may see: everything of his unit, and what he took
// part in.
func archiveReader(unit int) record.Query {
	q := record.Query{Reader: archivePerson(unit * 7)}
	for form := range archiveForms {
		for _, class := range []string{"internal", "general", "confidential"} {
			q.ACLs = append(q.ACLs, archiveRule(unit, class, form).ID)
		}
	}
	return q
}

// archiveColleague reads what is open of four forms of his unit, and what he took part in.
func archiveColleague(unit int) record.Query {
	q := record.Query{Reader: archivePerson(unit*7 + 1)}
	for form := range 4 {
		q.ACLs = append(q.ACLs, archiveRule(unit, "general", form).ID)
	}
	return q
}

// archiveAudit reads what is internal or open of half the forms, of every unit.
func archiveAudit(int) record.Query {
	q := record.Query{Reader: archivePerson(3)}
	for unit := range archiveUnits {
		for form := range archiveForms / 2 {
			for _, class := range []string{"internal", "general"} {
				q.ACLs = append(q.ACLs, archiveRule(unit, class, form).ID)
			}
		}
	}
	return q
}

// archivePart reads what he took part in, and what waits for him.
func archivePart(unit int) record.Query {
	q := record.Query{Reader: archivePerson(unit*7 + 2)}
	for i := range 5 {
		q.Also = append(q.Also, archiveID(100*unit+20*i))
	}
	return q
}

// archiveAll reads everything.
func archiveAll(int) record.Query { return record.Query{All: true} }
