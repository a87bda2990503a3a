package auth

import "strings"

// device says in two words what a User-Agent is, "Chrome/Windows": enough for its owner to
// know the machine again, too little to follow anybody. More is not kept.
func device(agent string) string {
	browser, on := "", ""
	for _, b := range [][2]string{ // the more particular first: all of them also say Mozilla
		{"Zalo", "Zalo"},
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"coc_coc", "Coc Coc"},
		{"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"},
		{"FxiOS", "Firefox"},
		{"CriOS", "Chrome"},
		{"Chrome", "Chrome"},
		{"Safari", "Safari"},
		{"curl", "curl"},
	} {
		if strings.Contains(agent, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, o := range [][2]string{
		{"Android", "Android"},
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Windows", "Windows"},
		{"Mac OS", "macOS"},
		{"CrOS", "ChromeOS"},
		{"Linux", "Linux"},
	} {
		if strings.Contains(agent, o[0]) {
			on = o[1]
			break
		}
	}
	return browser + "/" + on
}
