// Shows a notice that came by web push, and opens its page when it is pressed.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    told = {};
  }
  event.waitUntil(
    self.registration.showNotification(told.title || "Balai", {
      body: told.body || "",
      tag: told.tag,
      lang: told.lang,
      icon: "/static/balai/favicon.svg",
      data: { url: told.url || "/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  // Only this site's pages: a message never leads elsewhere.
  const target = url.origin === self.location.origin ? url.href : self.location.origin;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const shown = open.find((each) => each.url === target);
      return shown ? shown.focus() : self.clients.openWindow(target);
    }),
  );
});
