// A press of the button takes a photo, which the glasses send straight to Tapedeck. When its music
// video is ready, the glasses say so; the video itself is in the chat.

import { AppServer, type AppSession } from "@mentra/sdk";

const TAPEDECK = required("TAPEDECK_ADDRESS").replace(/\/$/, "");
const TOKEN = required("PAIRING_TOKEN");
const LOOK_MS = 3_000;
const PATIENCE_MS = 10 * 60_000;

interface Photo {
  id: string;
  title: string;
  status: "queued" | "processing" | "completed" | "failed";
  progress: number;
  message: string;
}

class Snapshots extends AppServer {
  protected override async onSession(session: AppSession): Promise<void> {
    session.layouts.showTextWall("Press the button for a music video.");
    session.events.onButtonPress((press) => {
      if (press.pressType === "short") void takePhoto(session);
    });
  }
}

async function takePhoto(session: AppSession): Promise<void> {
  try {
    // With an address of its own the photo does not come here: only its name does, at once.
    const { requestId } = await session.camera.requestPhoto({
      customWebhookUrl: `${TAPEDECK}/glasses/photos`,
      authToken: TOKEN,
      size: "large",
      compress: "none",
      saveToGallery: false,
    });
    session.layouts.showTextWall("Hold still …", { durationMs: 3_000 });
    const photo = await awaitVideo(requestId);
    const said = photo.status === "completed" ? `“${photo.title}” is in your chat.` : photo.message;
    session.layouts.showTextWall(said, { durationMs: 8_000 });
  } catch (error) {
    session.logger.error(error, "the photo or its video was lost");
    session.layouts.showTextWall("That did not work: try again.", { durationMs: 5_000 });
  }
}

async function awaitVideo(requestId: string): Promise<Photo> {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const photo = await findPhoto(requestId);
    if (photo?.status === "completed" || photo?.status === "failed") return photo;
  }
  throw new Error(`no video of ${requestId} in time`);
}

async function findPhoto(requestId: string): Promise<Photo | undefined> {
  const address = `${TAPEDECK}/photos?requestId=${encodeURIComponent(requestId)}`;
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${TOKEN}` } });
  if (answer.status === 429) return undefined; // asked too often: the next look is soon enough
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const { photos } = (await answer.json()) as { photos: Photo[] };
  return photos[0]; // none while the photo is on its way
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}.`);
  return value;
}

await new Snapshots({
  packageName: required("PACKAGE_NAME"),
  apiKey: required("MENTRAOS_API_KEY"),
  port: Number(process.env["PORT"] ?? 3000),
}).start();
