package web

import (
	"net/http"

	"hookline/internal/hookline"
)

// handler serves one route. It writes nothing before it knows that nothing went wrong; an error becomes a page.
type handler func(w http.ResponseWriter, r *http.Request) error

// route is one line of the table: who may, at least, ask for what.
type route struct {
	pattern string // as http.ServeMux reads it
	least   hookline.Role
	handle  handler
}

const (
	anyone  hookline.Role = "" // also who is not signed in
	viewer                = hookline.Viewer
	support               = hookline.Support
	editor                = hookline.Editor
	admin                 = hookline.Admin
)

// routes is the table of contents: a line for each address, and so as long as there are addresses. GET never changes
// anything.
func (s *server) routes() []route {
	return []route{
		// The first start, and the way in and out
		{"GET /setup", anyone, s.showSetup},
		{"POST /setup", anyone, s.saveSetup},
		{"GET /login", anyone, s.showLogin},
		{"POST /login", anyone, s.signIn},
		{"GET /login/code", anyone, s.showCode},
		{"POST /login/code", anyone, s.checkCode},
		{"POST /logout", anyone, s.signOut},
		{"GET /shared", anyone, s.showShared},
		{"GET /invite", anyone, s.showInvitation},
		{"POST /invite", anyone, s.acceptInvitation},

		// Overview, the line on which open pages hear of changes, and the demo
		{"GET /{$}", viewer, s.showOverview},
		{"GET /live", viewer, s.live},
		{"GET /health/series", viewer, s.showSeries},
		{"POST /demo", editor, s.makeDemo},
		{"GET /demo/remove", editor, s.askRemoveDemo},
		{"POST /demo/remove", editor, s.removeDemo},

		// Sources: where events come from
		{"GET /sources", viewer, s.listSources},
		{"GET /sources/new", editor, s.newSource},
		{"POST /sources/new", editor, s.createSource},
		{"GET /sources/{id}", viewer, s.showSource},
		{"GET /sources/{id}/edit", editor, s.editSource},
		{"POST /sources/{id}/edit", editor, s.saveSource},
		{"POST /sources/{id}/enabled", editor, s.switchSource},
		{"GET /sources/{id}/delete", editor, s.askDeleteSource},
		{"POST /sources/{id}/delete", editor, s.deleteSource},

		{"GET /sources/{id}/debugger", viewer, s.showDebugger},
		{"GET /sources/{id}/tester", editor, s.showTester},
		{"POST /sources/{id}/tester", editor, s.sendTest},

		// Events: accepted, rejected, and left out
		{"GET /events/{id}", viewer, s.showEvent},
		{"GET /events/{id}/again", editor, s.askSendAgain},
		{"POST /events/{id}/again", editor, s.sendAgain},
		{"GET /duplicates/{id}", viewer, s.showDuplicate},
		{"GET /rejections/{id}", viewer, s.showRejection},

		// People: whom events are about
		{"GET /people", viewer, s.listPeople},
		{"GET /people/attributes", viewer, s.showAttributeIndex},
		{"GET /people/export", editor, s.askExport},
		{"GET /people/export/file", editor, s.exportPeople},
		{"GET /people/{id}", viewer, s.showPerson},
		{"GET /people/{id}/why", viewer, s.showWhyNothing},
		{"GET /people/{id}/edit", support, s.editPerson},
		{"POST /people/{id}/edit", support, s.savePerson},
		{"GET /people/{id}/attribute", support, s.editAttribute},
		{"POST /people/{id}/attribute", support, s.saveAttribute},
		{"GET /people/{id}/attribute/field", support, s.showAttributeField},
		{"GET /people/{id}/attribute/remove", support, s.askRemoveAttribute},
		{"POST /people/{id}/attribute/remove", support, s.removeAttribute},
		{"GET /people/{id}/suppress", support, s.askSuppress},
		{"POST /people/{id}/suppress", support, s.suppress},
		{"POST /people/{id}/unsuppress", support, s.unsuppress},
		{"GET /people/{id}/delete", editor, s.askDeletePerson},
		{"POST /people/{id}/delete", editor, s.deletePerson},

		// Segments: people who have something in common
		{"GET /segments", viewer, s.listSegments},
		{"GET /segments/new", editor, s.newSegment},
		{"POST /segments/new", editor, s.createSegment},
		{"POST /segments/chosen", support, s.addChosen},
		{"GET /segments/{id}", viewer, s.showSegment},
		{"POST /segments/{id}/condition", editor, s.editSegmentCondition},
		{"GET /segments/{id}/edit", editor, s.editSegment},
		{"POST /segments/{id}/edit", editor, s.saveSegment},
		{"GET /segments/{id}/duplicate", editor, s.duplicateSegment},
		{"GET /segments/{id}/add", support, s.askMembers},
		{"POST /segments/{id}/add", support, s.addMembers},
		{"POST /segments/{id}/remove", support, s.removeMember},
		{"GET /segments/{id}/delete", editor, s.askDeleteSegment},
		{"POST /segments/{id}/delete", editor, s.deleteSegment},

		// Shortcuts: what people send by hand, and each press of one
		{"GET /shortcuts", viewer, s.listShortcuts},
		{"GET /shortcuts/new", editor, s.newShortcut},
		{"POST /shortcuts/new", editor, s.createShortcut},
		{"GET /shortcuts/{id}", viewer, s.showShortcut},
		{"GET /shortcuts/{id}/edit", editor, s.editShortcut},
		{"POST /shortcuts/{id}/edit", editor, s.saveShortcut},
		{"POST /shortcuts/{id}/enabled", editor, s.switchShortcut},
		{"POST /shortcuts/{id}/duplicate", editor, s.duplicateShortcut},
		{"GET /shortcuts/{id}/delete", editor, s.askDeleteShortcut},
		{"POST /shortcuts/{id}/delete", editor, s.deleteShortcut},
		{"GET /presses/new", support, s.newPress},
		{"POST /presses/new", support, s.press},
		{"GET /presses/{id}", viewer, s.showPress},

		// Imports of people, and deletions with their receipts
		{"GET /imports", viewer, s.listImports},
		{"GET /imports/new", editor, s.newImport},
		{"POST /imports/new", editor, s.takeFile},
		{"GET /imports/{id}", viewer, s.showPeopleImport},
		{"POST /imports/{id}/columns", editor, s.chooseColumns},
		{"POST /imports/{id}/begin", editor, s.beginImport},
		{"POST /imports/{id}/pause", editor, s.pauseImport},
		{"POST /imports/{id}/continue", editor, s.continueImport},
		{"GET /imports/{id}/stop", editor, s.askStopImport},
		{"POST /imports/{id}/stop", editor, s.stopImport},
		{"GET /imports/{id}/refused", editor, s.downloadRefused},
		{"GET /deletions", viewer, s.listDeletions},
		{"POST /deletions/find", editor, s.findDeletion},
		{"GET /deletions/{id}", viewer, s.showDeletion},
		{"GET /deletions/{id}/receipt", viewer, s.downloadReceipt},
		{"GET /deletions/{id}/allow", editor, s.askAllowAgain},
		{"POST /deletions/{id}/allow", editor, s.allowAgain},

		// Destinations: where webhooks go
		{"GET /destinations", viewer, s.listDestinations},
		{"GET /destinations/new", editor, s.newDestination},
		{"POST /destinations/new", editor, s.createDestination},
		{"GET /destinations/{id}", viewer, s.showDestination},
		{"GET /destinations/{id}/edit", editor, s.editDestination},
		{"POST /destinations/{id}/edit", editor, s.saveDestination},
		{"POST /destinations/{id}/enabled", editor, s.switchDestination},
		{"POST /destinations/{id}/pause", editor, s.pauseDestination},
		{"GET /destinations/{id}/resume", editor, s.askResume},
		{"POST /destinations/{id}/resume", editor, s.resumeDestination},
		{"POST /destinations/{id}/try", editor, s.vouchDestination},
		{"GET /destinations/{id}/windows/new", editor, s.newWindow},
		{"POST /destinations/{id}/windows/new", editor, s.addWindow},
		{"POST /destinations/{id}/windows/remove", editor, s.removeWindow},
		{"GET /destinations/{id}/signing", editor, s.showDestinationSigning},
		{"POST /destinations/{id}/signing/reveal", editor, s.revealDestinationSecrets},
		{"POST /destinations/{id}/signing/shared", editor, s.saveSharedSecret},
		{"POST /destinations/{id}/signing/standard", editor, s.saveStandardSecret},
		{"GET /destinations/{id}/delete", editor, s.askDeleteDestination},
		{"POST /destinations/{id}/delete", editor, s.deleteDestination},

		// Actions: when something is sent, and what
		{"GET /destinations/{id}/actions/new", editor, s.newAction},
		{"POST /destinations/{id}/actions/new", editor, s.keepAction},
		{"GET /destinations/{id}/values", editor, s.offerValues},
		{"GET /destinations/{id}/actions/{action}", viewer, s.showAction},
		{"POST /destinations/{id}/actions/{action}", editor, s.keepAction},
		{"POST /destinations/{id}/actions/{action}/trigger", editor, s.editTrigger},
		{"POST /destinations/{id}/actions/{action}/address", editor, s.editAddress},
		{"POST /destinations/{id}/actions/{action}/headers", editor, s.editHeaders},
		{"POST /destinations/{id}/actions/{action}/content", editor, s.chooseContent},
		{"POST /destinations/{id}/actions/{action}/response", editor, s.editResponse},
		{"POST /destinations/{id}/actions/{action}/preview", editor, s.previewAction},
		{"POST /destinations/{id}/actions/{action}/backtest", editor, s.backtestAction},
		{"POST /destinations/{id}/actions/{action}/test", editor, s.testAction},
		{"POST /destinations/{id}/actions/{action}/body", editor, s.editBody},
		{"POST /destinations/{id}/actions/{action}/enabled", editor, s.switchAction},
		{"POST /destinations/{id}/actions/{action}/duplicate", editor, s.duplicateAction},
		{"GET /destinations/{id}/actions/{action}/versions", viewer, s.listVersions},
		{"GET /destinations/{id}/actions/{action}/versions/compare", viewer, s.compareVersions},
		{"GET /destinations/{id}/actions/{action}/versions/{version}", viewer, s.showVersion},
		{"GET /destinations/{id}/actions/{action}/versions/{version}/use", editor, s.askUseVersion},
		{"POST /destinations/{id}/actions/{action}/versions/{version}/use", editor, s.useVersion},
		{"GET /destinations/{id}/actions/{action}/delete", editor, s.askDeleteAction},
		{"POST /destinations/{id}/actions/{action}/delete", editor, s.deleteAction},

		// Campaigns: journeys of people
		{"GET /campaigns", viewer, s.listCampaigns},
		{"GET /campaigns/new", editor, s.newCampaign},
		{"POST /campaigns/new", editor, s.createCampaign},
		{"GET /campaigns/{id}", viewer, s.showCampaign},
		{"GET /campaigns/{id}/trigger", editor, s.editCampaignTrigger},
		{"POST /campaigns/{id}/trigger", editor, s.saveCampaignTrigger},
		{"GET /campaigns/{id}/settings", viewer, s.showCampaignSettings},
		{"POST /campaigns/{id}/settings", editor, s.saveCampaignSettings},
		{"GET /campaigns/{id}/exit", editor, s.editExit},
		{"POST /campaigns/{id}/exit", editor, s.saveExit},
		{"GET /campaigns/{id}/goal", editor, s.editGoal},
		{"POST /campaigns/{id}/goal", editor, s.saveGoal},
		{"GET /campaigns/{id}/start", editor, s.askStart},
		{"POST /campaigns/{id}/start", editor, s.startCampaign},
		{"GET /campaigns/{id}/pause", editor, s.askPause},
		{"POST /campaigns/{id}/pause", editor, s.pauseCampaign},
		{"GET /campaigns/{id}/stop", editor, s.askStop},
		{"POST /campaigns/{id}/stop", editor, s.stopCampaign},
		{"GET /campaigns/{id}/broadcast/stop", editor, s.askStopBroadcast},
		{"POST /campaigns/{id}/broadcast/stop", editor, s.stopBroadcast},
		{"POST /campaigns/{id}/duplicate", editor, s.duplicateCampaign},
		{"GET /campaigns/{id}/delete", editor, s.askDeleteCampaign},
		{"POST /campaigns/{id}/delete", editor, s.deleteCampaign},
		{"GET /campaigns/{id}/steps/new", editor, s.newStep},
		{"POST /campaigns/{id}/steps/new", editor, s.saveNewStep},
		{"GET /campaigns/{id}/steps/{step}", editor, s.editStep},
		{"POST /campaigns/{id}/steps/{step}", editor, s.saveStep},
		{"POST /campaigns/{id}/steps/{step}/move", editor, s.moveStep},
		{"GET /campaigns/{id}/steps/{step}/remove", editor, s.askRemoveStep},
		{"POST /campaigns/{id}/steps/{step}/remove", editor, s.removeStep},
		{"GET /campaigns/{id}/people", viewer, s.listJourneys},
		{"GET /campaigns/{id}/people/{journey}", viewer, s.showJourney},
		{"GET /campaigns/{id}/people/{journey}/stop", support, s.askStopJourney},
		{"POST /campaigns/{id}/people/{journey}/stop", support, s.stopJourney},

		// Recipes: templates to begin with
		{"GET /recipes", viewer, s.listRecipes},
		{"GET /recipes/curl", editor, s.showCurl},
		{"POST /recipes/curl", editor, s.useCurl},
		{"GET /recipes/import", editor, s.showImport},
		{"POST /recipes/import", editor, s.useImport},
		{"GET /recipes/{id}", viewer, s.showRecipe},
		{"POST /recipes/{id}", editor, s.useRecipe},
		{"POST /recipes/{id}/preview", editor, s.previewRecipe},

		// Sent: what went out, and sending it again
		{"GET /sent", viewer, s.listSent},
		{"GET /sent/counts", viewer, s.countSent},
		{"GET /sent/new", viewer, s.countNewSent},
		{"GET /sent/export", support, s.exportSent},
		{"GET /sent/{id}", viewer, s.showDelivery},
		{"GET /sent/{id}/compare", viewer, s.compareDelivery},
		{"GET /sent/{id}/har", viewer, s.downloadHAR},
		{"GET /sent/{id}/resend", support, s.askResend},
		{"POST /sent/{id}/resend", support, s.resend},
		{"GET /sent/{id}/cancel", support, s.askCancelDelivery},
		{"POST /sent/{id}/cancel", support, s.cancelDelivery},
		{"POST /sent/{id}/share", support, s.shareDelivery},
		{"GET /resends", viewer, s.listResends},
		{"GET /resends/new", support, s.newResend},
		{"POST /resends/new", support, s.beginResend},
		{"GET /resends/{id}", viewer, s.showResendRun},
		{"POST /resends/{id}/pause", support, s.pauseResend},
		{"POST /resends/{id}/continue", support, s.continueResend},
		{"GET /resends/{id}/cancel", support, s.askCancelResend},
		{"POST /resends/{id}/cancel", support, s.cancelResend},

		// Numbers of campaigns: what their steps came to
		{"GET /campaigns/{id}/numbers", viewer, s.showNumbers},
		{"GET /campaigns/{id}/numbers/series", viewer, s.showNumbersSeries},
		{"GET /campaigns/{id}/steps/{step}/without", viewer, s.showWithout},

		// Drafts: webhooks of campaigns that wait for somebody to press Send
		{"GET /drafts", viewer, s.listDrafts},
		{"GET /drafts/send", support, s.askSendDrafts},
		{"POST /drafts/send", support, s.sendDrafts},
		{"GET /drafts/discard", support, s.askDiscardDrafts},
		{"POST /drafts/discard", support, s.discardDrafts},
		{"GET /drafts/{id}", viewer, s.showDraft},
		{"POST /drafts/{id}/send", support, s.sendDraft},
		{"GET /drafts/{id}/discard", support, s.askDiscardDraft},
		{"POST /drafts/{id}/discard", support, s.discardDraft},

		// Failures: what is to be repaired
		{"GET /failures", viewer, s.listFailures},
		{"GET /failures/{id}", viewer, s.showFailure},
		{"POST /failures/{id}/note", support, s.noteFailure},
		{"POST /failures/{id}/assign", support, s.assignFailure},
		{"POST /failures/{id}/snooze", support, s.snoozeFailure},
		{"POST /failures/{id}/resolve", support, s.resolveFailure},
		{"POST /failures/{id}/reopen", support, s.reopenFailure},

		// Bins: receivers of our own
		{"GET /bins", viewer, s.listBins},
		{"GET /bins/new", editor, s.newBin},
		{"POST /bins/new", editor, s.createBin},
		{"GET /bins/{id}", viewer, s.showBin},
		{"GET /bins/{id}/edit", editor, s.editBin},
		{"POST /bins/{id}/edit", editor, s.saveBin},
		{"GET /bins/{id}/clear", editor, s.askClearBin},
		{"POST /bins/{id}/clear", editor, s.clearBin},
		{"GET /bins/{id}/delete", editor, s.askDeleteBin},
		{"POST /bins/{id}/delete", editor, s.deleteBin},
		{"GET /bins/{id}/requests/{request}", viewer, s.showBinRequest},
		{"GET /bins/{id}/requests/{request}/body", viewer, s.downloadBinRequest},

		// The manual
		{"GET /manual", viewer, s.showManual},
		{"GET /manual/{id}", viewer, s.showManualPage},
		{"GET /manual/pictures/{file}", viewer, s.showManualPicture},

		// Settings
		{"GET /settings", viewer, s.showSettings},
		{"GET /settings/signing-key", viewer, s.showSigningKey},
		{"POST /settings/signing-key/reveal", admin, s.revealSigningKey},
		{"GET /settings/signing-key/rotate", admin, s.askRotateSigningKey},
		{"POST /settings/signing-key/rotate", admin, s.rotateSigningKey},
		{"POST /settings/signing-key/next", admin, s.endSigningKey},
		{"GET /settings/signing-key/check", support, s.askSignature},
		{"POST /settings/signing-key/check", support, s.checkSignature},
		{"GET /settings/reporting-webhooks", viewer, s.listReporting},
		{"GET /settings/reporting-webhooks/new", editor, s.newReporting},
		{"POST /settings/reporting-webhooks/new", editor, s.createReporting},
		{"GET /settings/reporting-webhooks/{id}", viewer, s.showReporting},
		{"POST /settings/reporting-webhooks/{id}", editor, s.saveReporting},
		{"POST /settings/reporting-webhooks/{id}/reveal", editor, s.revealReportingKey},
		{"GET /settings/reporting-webhooks/{id}/rotate", editor, s.askRotateReportingKey},
		{"POST /settings/reporting-webhooks/{id}/rotate", editor, s.rotateReportingKey},
		{"POST /settings/reporting-webhooks/{id}/test", editor, s.testReporting},
		{"POST /settings/reporting-webhooks/{id}/retry", support, s.retryReporting},
		{"GET /settings/reporting-webhooks/{id}/delete", editor, s.askDeleteReporting},
		{"POST /settings/reporting-webhooks/{id}/delete", editor, s.deleteReporting},
		{"GET /settings/alerts", viewer, s.showAlerts},
		{"POST /settings/alerts", editor, s.saveAlertRules},
		{"GET /settings/alerts/channels/new", editor, s.newChannel},
		{"POST /settings/alerts/channels/new", editor, s.createChannel},
		{"GET /settings/alerts/channels/{id}", editor, s.editChannel},
		{"POST /settings/alerts/channels/{id}", editor, s.saveChannel},
		{"POST /settings/alerts/channels/{id}/test", editor, s.testChannel},
		{"POST /settings/alerts/channels/{id}/reveal", editor, s.revealChannelKey},
		{"GET /settings/alerts/channels/{id}/delete", editor, s.askDeleteChannel},
		{"POST /settings/alerts/channels/{id}/delete", editor, s.deleteChannel},
		{"GET /settings/ip-addresses", viewer, s.showAddresses},
		{"GET /settings/ip-addresses/edit", admin, s.editAddresses},
		{"POST /settings/ip-addresses/edit", admin, s.saveAddresses},
		{"POST /settings/ip-addresses/check", editor, s.checkAddresses},
		{"GET /settings/team", admin, s.listTeam},
		{"GET /settings/team/new", admin, s.newUser},
		{"POST /settings/team/new", admin, s.createUser},
		{"GET /settings/team/invite", admin, s.newInvitation},
		{"POST /settings/team/invite", admin, s.invite},
		{"POST /settings/team/invitations/{id}/withdraw", admin, s.withdrawInvitation},
		{"GET /settings/team/{id}", admin, s.editUser},
		{"POST /settings/team/{id}/role", admin, s.changeRole},
		{"POST /settings/team/{id}/password", admin, s.resetPassword},
		{"POST /settings/team/{id}/enabled", admin, s.switchUser},
		{"POST /settings/team/{id}/two-step/off", admin, s.takeOffTwoStep},
		{"POST /settings/team/{id}/sessions/end", admin, s.endMemberSessions},
		{"POST /settings/team/{id}/sessions/{session}/end", admin, s.endMemberSession},
		{"GET /settings/tokens", admin, s.listTokens},
		{"GET /settings/tokens/new", admin, s.newToken},
		{"POST /settings/tokens/new", admin, s.createToken},
		{"GET /settings/tokens/{id}/revoke", admin, s.askRevokeToken},
		{"POST /settings/tokens/{id}/revoke", admin, s.revokeToken},
		{"GET /settings/secrets", editor, s.listSecrets},
		{"GET /settings/secrets/new", admin, s.newSecret},
		{"POST /settings/secrets/new", admin, s.createSecret},
		{"GET /settings/secrets/{id}/edit", admin, s.editSecret},
		{"POST /settings/secrets/{id}/edit", admin, s.saveSecret},
		{"GET /settings/secrets/{id}/delete", admin, s.askDeleteSecret},
		{"POST /settings/secrets/{id}/delete", admin, s.deleteSecret},
		{"GET /settings/shared-links", support, s.listShares},
		{"POST /settings/shared-links/{id}/revoke", support, s.revokeShare},
		{"GET /settings/retention", admin, s.showRetention},
		{"POST /settings/retention", admin, s.saveRetention},
		{"GET /settings/audit", admin, s.listAudit},
		{"GET /settings/audit/export", admin, s.exportAudit},
		{"GET /settings/audit/{id}", admin, s.showAuditEntry},

		// What is one's own
		{"GET /account", viewer, s.showAccount},
		{"GET /account/two-step", viewer, s.newTwoStep},
		{"POST /account/two-step", viewer, s.turnOnTwoStep},
		{"GET /account/two-step/off", viewer, s.askTurnOffTwoStep},
		{"POST /account/two-step/off", viewer, s.turnOffTwoStep},
		{"POST /account/sessions/end", viewer, s.endMyOtherSessions},
		{"POST /account/sessions/{session}/end", viewer, s.endMySession},
		{"POST /account/password", viewer, s.changePassword},
		{"GET /account/views", viewer, s.listSavedViews},
		{"GET /account/views/new", viewer, s.newSavedView},
		{"POST /account/views/new", viewer, s.createSavedView},
		{"GET /account/views/{id}", viewer, s.editSavedView},
		{"POST /account/views/{id}", viewer, s.changeSavedView},
		{"GET /account/views/{id}/delete", viewer, s.askDeleteSavedView},
		{"POST /account/views/{id}/delete", viewer, s.deleteSavedView},
	}
}

// guard runs a route's handler when the visitor may, and turns its error into an answer.
func (s *server) guard(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := s.mayPass(r, route.least)
		s.recordRefusal(r, err)
		if err == nil {
			err = readForm(r)
		}
		if err == nil {
			err = route.handle(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

func (s *server) mayPass(r *http.Request, least hookline.Role) error {
	if least == anyone {
		return nil
	}
	user := visitor(r).user
	if user.ID == "" {
		return s.signedOut(r)
	}
	if !user.Role.Allows(least) {
		return hookline.Forbidden("Your role, " + string(user.Role) + ", does not include this. Ask an administrator to do it or to change your role.")
	}
	return nil
}
