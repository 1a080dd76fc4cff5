package evidence

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed page
var pageFiles embed.FS

// Page returns the page that lies in every bundle: it shows the cases of a bundle and
// checks it in a browser, from a disk and without the network.
func Page() ([]byte, error) {
	page, err := builtPage()
	if err != nil {
		return nil, fmt.Errorf("evidence: page: %w", err)
	}
	return []byte(page), nil
}

var builtPage = sync.OnceValues(func() (string, error) {
	texts, err := catalogue()
	if err != nil {
		return "", err
	}
	words, err := json.Marshal(texts) // escapes <, so the texts can't end their element
	if err != nil {
		return "", err
	}
	part := map[string]string{}
	for _, name := range []string{"page.html", "style.css", "hash.js", "container.js", "layout.js", "log.js", "certificate.js", "signature.js", "verify.js", "show.js"} {
		b, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			return "", err
		}
		part[name] = string(b)
	}
	list, err := json.Marshal(boundLeaves())
	if err != nil {
		return "", err
	}
	part["signature.js"] = strings.NewReplacer("@BOUND@", string(list), "@BINDS@", strconv.Itoa(Binds)).Replace(part["signature.js"])
	stated, err := json.Marshal(statedMembers())
	if err != nil {
		return "", err
	}
	part["certificate.js"] = strings.Replace(part["certificate.js"], "@STATED@", string(stated), 1)
	script := "(() => {\n\"use strict\";\n" + part["hash.js"] + part["container.js"] + part["layout.js"] + part["log.js"] + part["certificate.js"] + part["signature.js"] + part["verify.js"] + part["show.js"] + "})();\n"
	policy := sha256.Sum256([]byte(script)) // only this script runs
	return strings.NewReplacer(
		"@POLICY@", base64.StdEncoding.EncodeToString(policy[:]), "@STYLE@", part["style.css"],
		"@TEXTS@", string(words), "@SCRIPT@", script,
	).Replace(part["page.html"]), nil
})
