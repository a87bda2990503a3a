package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// writes gives each writing route an address and a body that changes nothing that other
// cells of the table need: the door is what is tested.
var writes = map[string]struct {
	path func(s *site) string
	form url.Values
}{
	"POST /lang":                                              {fixedSite("/lang"), url.Values{"lang": {"vi"}}},
	"POST /theme":                                             {fixedSite("/theme"), url.Values{"theme": {"light"}}},
	"POST /signin":                                            {fixedSite("/signin"), url.Values{"login": {""}}},
	"POST /signout":                                           {fixedSite("/signout"), nil},
	"POST /in/{token}":                                        {fixedSite("/in/none"), nil},
	"POST /account/password":                                  {fixedSite("/account/password"), url.Values{"password": {"x"}}},
	"POST /accounts":                                          {fixedSite("/accounts"), url.Values{"login": {"x"}}},
	"POST /accounts/{id}/disable":                             {fixedSite("/accounts/9999/disable"), url.Values{"row_version": {"1"}}},
	"POST /accounts/{id}/enable":                              {fixedSite("/accounts/9999/enable"), url.Values{"row_version": {"1"}}},
	"POST /accounts/{id}/link":                                {fixedSite("/accounts/9999/link"), nil},
	"POST /system/backup":                                     {fixedSite("/system/backup"), nil},
	"POST /system/check":                                      {fixedSite("/system/check"), nil},
	"POST /notices/{id}/open":                                 {fixedSite("/notices/999999/open"), nil},
	"POST /notices/read":                                      {fixedSite("/notices/read"), url.Values{"up_to": {"0"}}},
	"POST /notices/unread":                                    {fixedSite("/notices/unread"), url.Values{"at": {"0"}}},
	"POST /account/notices":                                   {fixedSite("/account/notices"), url.Values{"row_version": {"0"}}},
	"POST /jobs/{id}/cancel":                                  {fixedSite("/jobs/9999/cancel"), nil},
	"POST /jobs/{id}/retry":                                   {fixedSite("/jobs/9999/retry"), nil},
	"POST /signin/second":                                     {fixedSite("/signin/second"), url.Values{"code": {"000000"}}},
	"POST /signin/passkey/begin":                              {fixedSite("/signin/passkey/begin"), nil},
	"POST /signin/passkey":                                    {fixedSite("/signin/passkey"), url.Values{"step": {"none"}, "credential": {"{}"}}},
	"POST /account/again":                                     {fixedSite("/account/again"), url.Values{"to": {"/account/second"}}},
	"POST /account/sessions/end":                              {fixedSite("/account/sessions/end"), url.Values{"ref": {"none"}}},
	"POST /account/sessions/end-all":                          {fixedSite("/account/sessions/end-all"), nil},
	"POST /account/second/start":                              {fixedSite("/account/second/start"), nil},
	"POST /account/second/confirm":                            {fixedSite("/account/second/confirm"), url.Values{"code": {"000000"}}},
	"POST /account/second/codes":                              {fixedSite("/account/second/codes"), nil},
	"POST /account/second/remove":                             {fixedSite("/account/second/remove"), nil},
	"POST /account/passkeys/begin":                            {fixedSite("/account/passkeys/begin"), nil},
	"POST /account/passkeys":                                  {fixedSite("/account/passkeys"), url.Values{"step": {"none"}, "name": {"x"}, "credential": {"{}"}}},
	"POST /account/passkeys/{id}/remove":                      {fixedSite("/account/passkeys/9999/remove"), nil},
	"POST /account/tokens":                                    {fixedSite("/account/tokens"), url.Values{"name": {""}}},
	"POST /account/tokens/{id}/revoke":                        {fixedSite("/account/tokens/9999/revoke"), nil},
	"POST /account/webhooks/new":                              {fixedSite("/account/webhooks/new"), url.Values{"name": {""}}},
	"POST /account/webhooks/{id}/edit":                        {fixedSite("/account/webhooks/9999/edit"), url.Values{"row_version": {"99"}, "name": {""}}},
	"POST /account/webhooks/{id}/rotate":                      {fixedSite("/account/webhooks/9999/rotate"), url.Values{"row_version": {"99"}}},
	"POST /account/webhooks/{id}/on":                          {fixedSite("/account/webhooks/9999/on"), url.Values{"row_version": {"99"}}},
	"POST /account/webhooks/{id}/off":                         {fixedSite("/account/webhooks/9999/off"), url.Values{"row_version": {"99"}}},
	"POST /account/webhooks/{id}/ping":                        {fixedSite("/account/webhooks/9999/ping"), nil},
	"POST /account/webhooks/{id}/delete":                      {fixedSite("/account/webhooks/9999/delete"), url.Values{"row_version": {"99"}}},
	"POST /account/webhooks/{id}/restore":                     {fixedSite("/account/webhooks/9999/restore"), nil},
	"POST /account/webhooks/{id}/deliveries/{delivery}/again": {fixedSite("/account/webhooks/9999/deliveries/9999/again"), nil},
	"POST /accounts/webhooks/{id}/on":                         {func(s *site) string { return fmt.Sprintf("/accounts/webhooks/%d/on", s.data.Webhooks["coop"]) }, url.Values{"row_version": {"99"}}},
	"POST /accounts/webhooks/{id}/off":                        {func(s *site) string { return fmt.Sprintf("/accounts/webhooks/%d/off", s.data.Webhooks["coop"]) }, url.Values{"row_version": {"99"}}},
	"POST /account/lend":                                      {fixedSite("/account/lend"), url.Values{"to": {""}}},
	"POST /account/lend/{id}/end":                             {fixedSite("/account/lend/9999/end"), nil},
	"POST /accounts/rules":                                    {fixedSite("/accounts/rules"), nil},
	"POST /accounts/tokens/{id}/revoke":                       {fixedSite("/accounts/tokens/9999/revoke"), nil},
	"POST /accounts/{id}/role":                                {fixedSite("/accounts/9999/role"), url.Values{"row_version": {"1"}}},
	"POST /accounts/{id}/grants":                              {fixedSite("/accounts/9999/grants"), nil},
	"POST /accounts/{id}/grants/{grant}/revoke":               {fixedSite("/accounts/9999/grants/1/revoke"), nil},
	"POST /accounts/{id}/sessions/end-all":                    {fixedSite("/accounts/9999/sessions/end-all"), nil},
	"POST /accounts/{id}/second/reset":                        {fixedSite("/accounts/9999/second/reset"), nil},
	"POST /accounts/{id}/lend":                                {fixedSite("/accounts/9999/lend"), nil},
	"POST /accounts/{id}/lend/{lend}/end":                     {fixedSite("/accounts/9999/lend/1/end"), nil},
	"POST /commodities/{code}/prices":                         {fixedSite("/commodities/BUOI-DIEN/prices"), url.Values{"low": {"?"}}},
	"POST /organisations/import":                              {fixedSite("/organisations/import"), url.Values{"text": {""}}},
	"POST /organisation-imports/{id}/answer":                  {func(s *site) string { return s.orgList("/answer") }, url.Values{"row_version": {"999"}}},
	"POST /organisation-imports/{id}/write":                   {func(s *site) string { return s.orgList("/write") }, url.Values{"row_version": {"999"}}},
	"POST /organisation-imports/{id}/take-back":               {func(s *site) string { return s.orgList("/take-back") }, url.Values{"row_version": {"999"}}},
	"POST /organisation-imports/{id}/drop":                    {func(s *site) string { return s.orgList("/drop") }, url.Values{"row_version": {"999"}}},
	"POST /organisation-imports/{id}/restore":                 {func(s *site) string { return s.orgList("/restore") }, url.Values{"row_version": {"999"}}},
	"POST /organisations":                                     {fixedSite("/organisations"), url.Values{"name": {""}}},
	"POST /organisations/{id}":                                {func(s *site) string { return "/organisations/" + s.orgFor("coop") }, url.Values{"name": {""}, "row_version": {"1"}}},
	"POST /organisations/{id}/papers":                         {func(s *site) string { return "/organisations/" + s.orgFor("coop") + "/papers" }, url.Values{"kind": {""}}},
	"POST /organisations/{id}/papers/restore":                 {func(s *site) string { return "/organisations/" + s.orgFor("coop") + "/papers/restore" }, url.Values{"kind": {""}}},
	"POST /params":                                            {func(*site) string { return "/params" }, url.Values{"param_key": {""}}},
	"POST /organisations/{id}/papers/{paper}/remove":          {func(s *site) string { return "/organisations/" + s.orgFor("coop") + "/papers/9999/remove" }, nil},
	"POST /plan/{id}/letter/{record}/review":                  {func(s *site) string { return s.plan("/letter/none/review") }, nil},
	"POST /upload":                                            {fixedSite("/upload"), url.Values{"label": {"x"}}},
	"POST /calls":                                             {fixedSite("/calls"), url.Values{"outcome": {"?"}}},
	"POST /calls/undo":                                        {fixedSite("/calls/undo"), url.Values{"calls": {"9999"}}},
	"POST /questions/{id}/answer":                             {fixedSite("/questions/999999/answer"), url.Values{"row_version": {"1"}, "answer": {"x"}}},
	"POST /questions/{id}/drop":                               {fixedSite("/questions/999999/drop"), url.Values{"row_version": {"1"}}},
	"POST /questions/{id}/reopen":                             {fixedSite("/questions/999999/reopen"), url.Values{"row_version": {"1"}}},
	"POST /imports":                                           {fixedSite("/imports"), url.Values{"label": {"x"}}},
	"POST /imports/{id}/book":                                 {fixedSite("/imports/9999/book"), url.Values{"row_version": {"1"}}},
	"POST /imports/{id}/mend":                                 {fixedSite("/imports/9999/mend"), url.Values{"row_version": {"1"}}},
	"POST /imports/{id}/drop":                                 {fixedSite("/imports/9999/drop"), url.Values{"row_version": {"1"}}},
	"POST /imports/{id}/restore":                              {fixedSite("/imports/9999/restore"), url.Values{"row_version": {"1"}}},
	"POST /imports/{id}/round":                                {fixedSite("/imports/9999/round"), nil},
	"POST /views":                                             {fixedSite("/views"), url.Values{"name": {""}}},
	"POST /views/{id}/rename":                                 {fixedSite("/views/9999/rename"), url.Values{"row_version": {"1"}, "name": {"x"}}},
	"POST /views/{id}/delete":                                 {fixedSite("/views/9999/delete"), url.Values{"row_version": {"1"}}},
	"POST /views/{id}/restore":                                {fixedSite("/views/9999/restore"), url.Values{"row_version": {"1"}}},
	"POST /dev/parts":                                         {fixedSite("/dev/parts"), nil},
	"POST /rules/new":                                         {fixedSite("/rules/new"), url.Values{"kind": {"?"}}},
	"POST /rules/{id}/approve":                                {fixedSite("/rules/9999/approve"), url.Values{"row_version": {"1"}}},
	"POST /rules/{id}/end":                                    {fixedSite("/rules/9999/end"), url.Values{"row_version": {"1"}}},
	"POST /rules/{id}/restore":                                {fixedSite("/rules/9999/restore"), url.Values{"row_version": {"1"}}},
	"POST /plan/new":                                          {fixedSite("/plan/new"), url.Values{"horizon": {"?"}}},
	"POST /plan/{id}/again":                                   {func(s *site) string { return s.plan("/again") }, url.Values{"row_version": {"999"}}},
	"POST /plan/{id}/submit":                                  {func(s *site) string { return s.plan("/submit") }, url.Values{"row_version": {"999"}}},
	"POST /plan/{id}/take-back":                               {func(s *site) string { return s.plan("/take-back") }, url.Values{"row_version": {"999"}}},
	"POST /plan/{id}/return":                                  {func(s *site) string { return s.plan("/return") }, url.Values{"row_version": {"999"}}},
	"POST /plan/{id}/release":                                 {func(s *site) string { return s.plan("/release") }, url.Values{"row_version": {"999"}}},
	"POST /answers/{id}":                                      {fixedSite("/answers/9999"), url.Values{"row_version": {"1"}}},
	"POST /me/answers/{id}":                                   {fixedSite("/me/answers/9999"), url.Values{"row_version": {"1"}}},
	"POST /rounds/{id}/run":                                   {fixedSite("/rounds/9999/run"), nil},
	"POST /runs/{id}/cancel":                                  {fixedSite("/runs/9999/cancel"), nil},
	"POST /offers/new":                                        {fixedSite("/offers/new"), url.Values{"who": {""}}},
	"POST /demands/new":                                       {fixedSite("/demands/new"), url.Values{"who": {""}}},
	"POST /offers/{id}/edit":                                  {func(s *site) string { return s.entry("/offers", "coop") + "/edit" }, url.Values{"quantity": {""}, "row_version": {"1"}}},
	"POST /offers/{id}/alive":                                 {func(s *site) string { return s.entry("/offers", "coop") + "/alive" }, url.Values{"row_version": {"99"}}},
	"POST /offers/{id}/close":                                 {func(s *site) string { return s.entry("/offers", "coop") + "/close" }, url.Values{"row_version": {"99"}, "why": {"withdrawn"}}},
	"POST /offers/{id}/reopen":                                {func(s *site) string { return s.entry("/offers", "coop") + "/reopen" }, url.Values{"row_version": {"99"}}},
	"POST /demands/{id}/edit":                                 {func(s *site) string { return s.entry("/demands", "coop") + "/edit" }, url.Values{"quantity": {""}, "row_version": {"1"}}},
	"POST /demands/{id}/alive":                                {func(s *site) string { return s.entry("/demands", "coop") + "/alive" }, url.Values{"row_version": {"99"}}},
	"POST /demands/{id}/close":                                {func(s *site) string { return s.entry("/demands", "coop") + "/close" }, url.Values{"row_version": {"99"}, "why": {"withdrawn"}}},
	"POST /demands/{id}/reopen":                               {func(s *site) string { return s.entry("/demands", "coop") + "/reopen" }, url.Values{"row_version": {"99"}}},
}

// programWrites are the writing routes of programs: an address and a body of the right form,
// sent with a version that no record has, so that what is one's own answers 409.
var programWrites = map[string]struct {
	path func(s *site) string
	body string
}{}

func init() {
	put := func(pattern string, path func(s *site) string, body string) {
		programWrites[pattern] = struct {
			path func(s *site) string
			body string
		}{path, body}
	}
	offer := `{"commodity":"BUOI-DIEN","place":"nowhere","firm_g":1000,"from":"2023-11-21","to":"2023-12-10"}`
	demand := `{"commodity":"BUOI-DIEN","place":"nowhere","quantity_g":1000,"from":"2023-11-21","to":"2023-12-10"}`
	for list, body := range map[string]string{"/offers": offer, "/demands": demand} {
		at := func(rest string) func(s *site) string {
			return func(s *site) string { return "/api/v1" + s.entry(list, "coop") + rest }
		}
		for _, deed := range []string{"/off", "/on"} {
			writes["POST "+list+"/{id}/photos/{photo}"+deed] = struct {
				path func(s *site) string
				form url.Values
			}{func(s *site) string { return s.entry(list, "coop") + "/photos/9999" + deed }, url.Values{"row_version": {"99"}}}
		}
		put("POST /api/v1"+list, fixedSite("/api/v1"+list), body)
		put("PUT /api/v1"+list+"/{id}", at(""), body)
		put("POST /api/v1"+list+"/{id}/close", at("/close"), `{"why":"withdrawn"}`)
		put("POST /api/v1"+list+"/{id}/reopen", at("/reopen"), `{}`)
		put("POST /api/v1"+list+"/{id}/alive", at("/alive"), `{}`)
	}
	put("POST /api/v1/webhooks/{id}/ping", fixedSite("/api/v1/webhooks/9999/ping"), `{}`)
	put("POST /api/v1/webhooks/{id}/deliveries/{delivery}/again", fixedSite("/api/v1/webhooks/9999/deliveries/1/again"), `{}`)
	put("POST /api/v1/organisations", fixedSite("/api/v1/organisations"), `{"kind":"htx","name":"HTX X","place":"nowhere"}`)
	put("PUT /api/v1/organisations/{id}", func(s *site) string { return "/api/v1/organisations/" + s.orgFor("coop") }, `{"kind":"htx","name":"HTX X"}`)
	put("PUT /api/v1/answers/{id}", func(s *site) string { return fmt.Sprintf("/api/v1/answers/%d", s.data.Answer) }, `{"state":"refused"}`)
}

func fixedSite(path string) func(*site) string { return func(*site) string { return path } }

// TestAccess_ForeignObjects: what belongs to another organisation is not there, in the same
// words as what does not exist.
func TestAccess_ForeignObjects(t *testing.T) {
	s := newSite(t)
	org := func(tag string) string { return fmt.Sprintf("/organisations/%d", s.data.Orgs[tag]) }
	letter := func(record string) string { return s.plan("/letter/" + record) }
	for _, c := range []struct {
		who, path string
		want      int
	}{
		{"coop", org("coop"), 200},
		{"coop", org("coop.other"), 404},
		{"coop", org("buyer"), 404},
		{"coop", letter(s.data.Offer), 200},
		{"coop", letter(s.data.OtherOffer), 404},
		{"coop", letter(s.data.Demand), 404},
		{"coop", letter("C99999"), 404},
		{"coop.other", letter(s.data.OtherOffer), 200},
		{"coop.other", letter(s.data.Offer), 404},
		{"buyer", org("buyer"), 200},
		{"buyer", org("buyer.other"), 404},
		{"buyer", letter(s.data.Demand), 200},
		{"buyer", letter(s.data.OtherDemand), 404},
		{"buyer", letter(s.data.Offer), 404},
		{"buyer.other", letter(s.data.Demand), 404},
	} {
		res, body := s.as(t, c.who).get(c.path)
		if res.StatusCode != c.want {
			t.Errorf("%s at %s: %d, want %d", c.who, c.path, res.StatusCode, c.want)
		}
		if c.want == 404 {
			for _, name := range []string{s.data.CoopName, s.data.BuyerName, s.data.RivalName} {
				if strings.Contains(body, name) {
					t.Errorf("%s at %s reads the name %q", c.who, c.path, name)
				}
			}
			continue
		}
	}
	for _, c := range []struct{ who, record string }{{"coop", s.data.OtherOffer}, {"buyer", s.data.OtherDemand}, {"coop", "C99999"}} {
		if res, _ := s.as(t, c.who).post(letter(c.record)+"/review", url.Values{"note": {"?"}}); res.StatusCode != 404 {
			t.Errorf("%s asks for a second look at %s: %d, want 404", c.who, c.record, res.StatusCode)
		}
	}
}
