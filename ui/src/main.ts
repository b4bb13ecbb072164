import { mount } from 'svelte';
import App from './App.svelte';
import { connectBackend } from './lib/backend';
import { theme } from './lib/theme.svelte';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/fields.css';
import './styles/overlays.css';
import './styles/print.css';

theme.start();
const target = document.getElementById('app');
if (target) mount(App, { target, props: { backend: await connectBackend() } });
