declare const __FAKE_BACKEND__: boolean;
